import { z } from "zod";
import { CHAT } from "./methods/chat.ts";
import { CONVERSATIONS } from "./methods/conversations.ts";
import { FILES } from "./methods/files.ts";
import { type Answer, type Desk, type Method, method, needScope } from "./methods/method.ts";
import { USERS } from "./methods/users.ts";
import { refuse } from "./refused.ts";
import { BOT, TEAM } from "./workspace.ts";

const METHODS = new Map<string, Method>(
  Object.entries({
    ...CHAT,
    ...CONVERSATIONS,
    ...FILES,
    ...USERS,
    "auth.test": method(z.object({}), () => ({
      url: `https://${TEAM.domain}.slack.com/`,
      team: TEAM.domain,
      team_id: TEAM.id,
      user: BOT.name,
      user_id: BOT.userId,
      bot_id: BOT.botId,
      is_enterprise_install: false,
    })),
  }),
);

/** Does what a method of Slack's Web API does and returns its answer, or throws `Refused`. */
export function callMethod(name: string, args: unknown, desk: Desk): Answer {
  const method = METHODS.get(name) ?? refuse("unknown_method");
  if (method.scope) needScope(method.scope, desk);
  return method.answer(args, desk);
}
