import { setTimeout as sleep } from "node:timers/promises";
import { meetingBodies } from "../../test/stand-ins/zoom.ts";
import { CHANNELS, type ChannelId } from "./deliveries.ts";
import { type Wrong, wrongIn } from "./judge.ts";
import type { Stage } from "./stage.ts";
import type { Sending } from "./zoom.ts";

const LOOK_EVERY_MS = 250;
/** With nothing due for so long, nobody will mend what is wrong. */
const AT_REST_MS = 3_000;
const FRESH_WITHIN_MS = 10_000;

/** Resolves with what is wrong: nothing, and since when, or what nobody is going to mend, or what took too long. */
export async function untilRight(
  stage: Stage,
  sending: Sending,
  giveUpAt: number,
): Promise<{ wrong: Wrong[]; rightAt?: number }> {
  let atRestSince: number | undefined;
  let rightAt: number | undefined;
  for (;;) {
    const isCalm = (await Promise.all(CHANNELS.map((id) => stage.isCalm(id)))).every(Boolean);
    const wrong = CHANNELS.flatMap((id) => wrongNow(stage, sending, id));
    rightAt = wrong.length === 0 ? (rightAt ?? Date.now()) : undefined;
    atRestSince = isCalm ? (atRestSince ?? Date.now()) : undefined;
    const isAtRest = atRestSince !== undefined && Date.now() - atRestSince > AT_REST_MS;
    if (isCalm && rightAt !== undefined) return { wrong, rightAt };
    if (isAtRest || Date.now() > giveUpAt) return { wrong };
    await sleep(LOOK_EVERY_MS);
  }
}

/** The channels in which a meeting that starts now is not seen soon. */
export async function withoutFreshCard(stage: Stage, sending: Sending): Promise<ChannelId[]> {
  const isSeen = async (channel: ChannelId) => {
    const bodies = meetingBodies({ startedAt: Date.now(), topic: "Fresh" });
    const { uuid } = bodies.meeting;
    await sending.send({ atMs: 0, channel, uuid, body: bodies.started(), seed: 0, isForged: false });
    await sending.settled();
    const isRight = () => wrongNow(stage, sending, channel).length === 0;
    return stage.slack.until(isRight, { timeoutMs: FRESH_WITHIN_MS }).catch(() => false);
  };
  const seen = await Promise.all(CHANNELS.map(isSeen));
  return CHANNELS.filter((_, index) => !seen[index]);
}

function wrongNow({ slack }: Stage, sending: Sending, id: ChannelId): Wrong[] {
  return wrongIn({ id, facts: sending.factsIn(id), visible: slack.visible(id) }, Date.now());
}
