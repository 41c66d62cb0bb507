/** Status numbers of Zoom's own webhook log for deliveries that got no answer. */
export const NO_ANSWER = { inTime: -1, refused: -2, broken: -3 } as const;

export interface Answer {
  /** The HTTP status, or one of `NO_ANSWER`. */
  status: number;
  body: string;
  tookMs: number;
}

export interface Post {
  url: string;
  raw: string | Buffer;
  headers: Record<string, string>;
  timeoutMs?: number;
}

/** How long Zoom waits for an answer. */
export const ZOOM_WAITS_MS = 3_000;

/** Posts once, like Zoom: follows no redirect and waits three seconds. No answer is an answer, too; nothing throws. */
export async function post({ url, raw, headers, timeoutMs = ZOOM_WAITS_MS }: Post): Promise<Answer> {
  const sentAt = performance.now();
  const answered = (status: number, body = ""): Answer => ({ status, body, tookMs: performance.now() - sentAt });
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const body = typeof raw === "string" ? raw : new Uint8Array(raw);
    const response = await fetch(url, { method: "POST", body, headers, redirect: "manual", signal });
    return answered(response.status, await response.text());
  } catch (error) {
    return answered(whyNoAnswer(error));
  }
}

const NOBODY_LISTENS = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

function whyNoAnswer(error: unknown): number {
  if (error instanceof Error && error.name === "TimeoutError") return NO_ANSWER.inTime;
  return codesOf(error).some((code) => NOBODY_LISTENS.has(code)) ? NO_ANSWER.refused : NO_ANSWER.broken;
}

/** `fetch` hides the reason in `cause`, and for a name with several addresses in a list there. */
function codesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors : [];
  const own = "code" in error && typeof error.code === "string" ? [error.code] : [];
  return [...own, ...codesOf(error.cause), ...inner.flatMap(codesOf)];
}
