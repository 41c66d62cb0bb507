import { z } from "zod";

/** The fields that decide who gets a request and that are relied on there; Slack sends many more. */
const Shape = z.looseObject({
  type: z.string().optional(),
  ssl_check: z.unknown().optional(),
  challenge: z.string().max(1_000).optional(),
  command: z.string().optional(),
  text: z.string().optional(),
  user_id: z.string().optional(),
  team_id: z.string().optional(),
  response_url: z.string().optional(),
  event: z.looseObject({}).optional(),
  actions: z.array(z.looseObject({ value: z.string().optional() })).optional(),
  user: z.looseObject({ id: z.string() }).optional(),
});

export type SlackRequest = z.output<typeof Shape>;

/** What Slack says: JSON, a form, or JSON in a form. Undefined when it is nothing that Slack could have said. */
export function readRequest(raw: Buffer, contentType = ""): SlackRequest | undefined {
  const text = raw.toString("utf8");
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(contentType);
  const fields = isForm ? Object.fromEntries(new URLSearchParams(text)) : {};
  try {
    const said: unknown = isForm
      ? fields.payload === undefined
        ? fields
        : JSON.parse(fields.payload)
      : JSON.parse(text);
    return asRequest(said);
  } catch {
    return undefined; // the answer says so
  }
}

/** The same of what is JSON already. */
export function asRequest(said: unknown): SlackRequest | undefined {
  const { success, data } = Shape.safeParse(said);
  return success ? data : undefined;
}
