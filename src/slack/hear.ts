import type { App } from "@slack/bolt";
import type { SlackRequest } from "./request.ts";

/**
 * Lets Bolt hear what Slack says, and acknowledges at once what nobody there listens to: Bolt's own receivers let Slack
 * wait for three seconds. What comes after the first answer is of no use to Slack.
 */
export async function hear(
  app: App | undefined,
  body: SlackRequest,
  unheard: (body: SlackRequest) => object | undefined,
  answer: (said: object | string | undefined) => void,
): Promise<void> {
  let isHeard = false;
  const ack = async (said?: object | string) => {
    if (!isHeard) answer(said);
    isHeard = true;
  };
  await app?.processEvent({ body, ack });
  if (!isHeard) await ack(unheard(body));
}
