import { z } from "zod";
import { plainLine } from "../meeting/text.ts";

/** What Slack has nothing to say about it leaves out, or says null. */
const orNot = <T extends z.ZodType>(said: T) => said.nullish().transform((value) => value ?? undefined);

/** What is relied on where it is there, and counts as not said where it makes no sense. */
const ifSound = <T extends z.ZodType>(said: T) => said.optional().catch(undefined);

const Named = ifSound(z.union([z.string(), z.looseObject({ id: z.string() })]));

/** Bolt looks into all of these, wherever the key is there. */
const Happened = z
  .looseObject({
    channel: Named,
    user: Named,
    item: ifSound(z.looseObject({})),
    subteam: ifSound(z.looseObject({})),
  })
  .transform((event) => Object.fromEntries(Object.entries(event).filter(([, said]) => said !== undefined)));

/** The fields that decide who gets a request; Slack sends many more. */
const Shape = z.looseObject({
  type: orNot(z.string()),
  ssl_check: z.unknown().optional(),
  challenge: z.string().max(1_000).optional(),
  command: z.string().optional(),
  text: z.string().optional(),
  user_id: z.string().optional(),
  team_id: orNot(z.string()),
  response_url: ifSound(z.url({ protocol: /^https?$/ })),
  event: Happened.optional(),
  authorizations: ifSound(z.array(z.looseObject({ team_id: z.string().nullish() }))),
  actions: orNot(z.array(z.unknown())),
});

export type SlackRequest = Partial<z.output<typeof Shape>>;

const Id = z.string().regex(/^[A-Z0-9]{2,40}$/);
/** Slack lets a button carry so much. It may be shown to somebody, so it is foreign text like any other. */
const Carried = z.string().transform((said) => plainLine(said, 2_000));

const Action = z.looseObject({
  action_id: ifSound(z.string()),
  value: ifSound(Carried),
  selected_option: ifSound(z.looseObject({ value: Carried })),
});

/** What somebody pressed, chose or submitted. Bolt and those it calls rely on all this without looking. */
const Interaction = Shape.extend({
  user: z.looseObject({ id: ifSound(Id), team_id: ifSound(z.string()) }).catch({}),
  team: ifSound(z.looseObject({ id: ifSound(z.string()) })),
  channel: ifSound(z.looseObject({ id: Id })),
  container: ifSound(z.looseObject({ is_ephemeral: ifSound(z.boolean()) })),
  trigger_id: ifSound(z.string()),
  response_urls: ifSound(z.array(z.looseObject({ response_url: z.string() }))),
  callback_id: ifSound(z.string()),
  view: ifSound(
    z.looseObject({
      id: ifSound(z.string()),
      type: ifSound(z.string()),
      hash: ifSound(z.string()),
      callback_id: ifSound(z.string()),
      app_installed_team_id: ifSound(z.string()),
    }),
  ),
  actions: ifSound(z.array(Action.catch({}))),
}).transform(({ view, actions, ...rest }) => ({
  ...rest,
  ...((view || /^view_/.test(rest.type ?? "")) && { view: view ?? {} }),
  ...((actions || rest.type === "block_actions") && { actions: actions ?? [] }),
}));

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
  if (!success) return undefined;
  return data.event !== undefined || data.command !== undefined ? data : Interaction.parse(data);
}
