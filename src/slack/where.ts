import type { AllMiddlewareArgs, AnyMiddlewareArgs, App, Authorize, Context } from "@slack/bolt";
import { saidCard } from "../card/subscription-cards.ts";
import { log } from "../log.ts";
import { answerModal } from "./answer-modal.ts";
import { tellAgain } from "./events.ts";
import type { Workspace, Workspaces } from "./workspaces.ts";

/** In which workspace a listener is called. For the events that tell of its end there may be none any more. */
export function where({ workspace }: Context): Workspace {
  if (workspace === undefined) throw new Error("a listener was called for a workspace that we are not in");
  return workspace as Workspace;
}

/** Finds the workspace for each request of Slack's, so that `where` tells it; `strangersAreTold` does the rest. */
export function authorizeIn(workspaces: Workspaces): Authorize<boolean> {
  return async ({ teamId, userId }, body) => {
    if (userId === undefined && body && !("event" in body || "command" in body)) return { refusal: NOBODY };
    try {
      const workspace = await workspaces.of(teamId);
      return workspace ? { botToken: workspace.client.token ?? "", workspace } : { refusal: NOT_HERE };
    } catch (err) {
      log.error({ err }, "in which workspace somebody asked could not be found out");
      return { refusal: NOT_NOW };
    }
  };
}

export const NOBODY = "Slack does not tell me who asks. Please try again.";
const NOT_HERE = "I am not installed in this workspace. Whoever looks after its apps can install me.";
const NOT_NOW = "I cannot look that up just now. Please try again in a minute.";

/** Who asks from a workspace that we are not in is told so, and nothing is answered. */
export function strangersAreTold(app: App): void {
  app.use(async (args) => {
    const { refusal } = args.context;
    if (refusal === undefined) return args.next();
    if (refusal === NOT_NOW && "event" in args) return tellAgain(args.context);
    await refuse(args, { response_type: "ephemeral", replace_original: false, text: refusal as string });
  });
}

type Refusal = { response_type: "ephemeral"; replace_original: false; text: string };

async function refuse(args: AnyMiddlewareArgs & AllMiddlewareArgs, refusal: Refusal): Promise<void> {
  if ("command" in args) return args.ack(refusal);
  if ("options" in args) return args.ack({ options: [] });
  if ("event" in args) return; // it is acknowledged, and nobody waits for an answer
  if ("view" in args && args.body.type === "view_submission") {
    return args.ack({ response_action: "update", view: answerModal(saidCard([refusal.text])) });
  }
  await args.ack();
  if ("respond" in args) await args.respond?.(refusal);
}
