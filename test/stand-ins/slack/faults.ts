/** What may go wrong between a caller and Slack. "Before" means Slack did nothing, "after" that it did. */
export type How =
  /** `needed`: the permission that Slack says is missing. */
  | { error: string; needed?: string }
  /** A 429 without `retryAfterS` comes without its header. */
  | { status: number; retryAfterS?: number }
  | { statusAfter: number }
  | { delayMs: number }
  /** It is done and answered once this is fulfilled. */
  | { after: Promise<unknown> }
  | "dropBefore"
  | "dropAfter"
  | "errorAfter"
  | "hangBefore"
  | "hang";

export type Fault = {
  /** A method's name, or `*` for every call. */
  method: string;
  channel?: string;
  /** How many calls it meets; one if not told, `Infinity` until mended. */
  times?: number;
  how: How;
};

/** Faults a test has asked for; each call meets the oldest one that fits. */
export function faultScript() {
  const faults: (Fault & { left: number })[] = [];
  return {
    add(fault: Fault): () => void {
      const added = { ...fault, left: fault.times ?? 1 };
      faults.push(added);
      return () => {
        added.left = 0;
      };
    },
    take(method: string, channelId: string | undefined): How | undefined {
      const met = faults.find(
        (fault) =>
          fault.left > 0 &&
          (fault.method === "*" || fault.method === method) &&
          (fault.channel === undefined || fault.channel === channelId),
      );
      if (met) met.left -= 1;
      return met?.how;
    },
    mend(): void {
      faults.length = 0;
    },
  };
}
