import type { App } from "@slack/bolt";
import type { Told } from "./events.ts";
import { inTime, TookTooLong } from "./in-time.ts";
import type { SlackRequest } from "./request.ts";

type Answer = (said: object | string | undefined) => void;

/**
 * Lets Bolt hear what Slack says, and acknowledges at once what nobody there listens to: Bolt's own receivers let Slack
 * wait for three seconds. What comes after the first answer is of no use to Slack. Tells whether there was an answer:
 * without one Slack tells of an event again.
 */
export async function hear(
  app: App | undefined,
  body: SlackRequest,
  unheard: (body: SlackRequest) => object | undefined,
  answer: Answer,
): Promise<boolean> {
  if (body.event !== undefined) return hearOf(app, body, answer);
  let isHeard = false;
  const ack = async (said?: object | string) => {
    if (!isHeard) answer(said);
    isHeard = true;
  };
  await app?.processEvent({ body, ack });
  if (!isHeard) await ack(unheard(body));
  return true;
}

/** Of what happened Slack tells once, if it is acknowledged: so that is done first, where it does not take too long. */
async function hearOf(app: App | undefined, body: SlackRequest, answer: Answer): Promise<boolean> {
  let isLost = false;
  const told: Told = {
    tellAgain: () => {
      isLost = true;
    },
  };
  const work = async () => app?.processEvent({ body, ack: async () => {}, customProperties: { ...told } });
  await inTime(work).catch((err: unknown) => {
    if (!(err instanceof TookTooLong)) throw err; // it goes on, and Slack would not wait for it
  });
  if (!isLost) answer(undefined);
  return !isLost;
}
