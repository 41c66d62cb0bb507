import { APPS } from "./methods/apps.ts";
import { AUTH } from "./methods/auth.ts";
import { CHAT } from "./methods/chat.ts";
import { CONVERSATIONS } from "./methods/conversations.ts";
import { FILES } from "./methods/files.ts";
import { type Answer, type Desk, type Method, needScope } from "./methods/method.ts";
import { OAUTH } from "./methods/oauth.ts";
import { USERS } from "./methods/users.ts";
import { VIEWS } from "./methods/views.ts";
import { refuse } from "./refused.ts";

export const METHODS: ReadonlyMap<string, Method> = new Map(
  Object.entries({
    ...APPS,
    ...AUTH,
    ...CHAT,
    ...CONVERSATIONS,
    ...FILES,
    ...OAUTH,
    ...USERS,
    ...VIEWS,
  }),
);

/** Does what a method of Slack's Web API does and returns its answer, or throws `Refused`. */
export function callMethod(name: string, args: unknown, desk: Desk): Answer {
  const method = METHODS.get(name) ?? refuse("unknown_method");
  if (method.scope) needScope(method.scope, desk);
  return method.answer(args, desk);
}
