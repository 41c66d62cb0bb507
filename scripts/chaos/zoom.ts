import { setTimeout as sleep } from "node:timers/promises";
import type { Instant, MeetingFact } from "../../src/meeting/fact.ts";
import { readEvent } from "../../src/zoom/event.ts";
import { NO_ANSWER, type ZoomBody, zoomSender } from "../../test/stand-ins/zoom.ts";
import { seededRandom } from "../replay/random.ts";
import type { ChannelId, Delivery, Silent } from "./deliveries.ts";
import type { Journal } from "./journal.ts";
import type { Stage } from "./stage.ts";

/** Zoom's 5, 20 and 60 minutes. */
const RETRIES_AFTER_MS = [400, 1_500, 5_000];
const SENT_AGAIN_AFTER_MS = 500;
const ANSWERS = new Map<number, string>([
  [NO_ANSWER.inTime, "no answer in time"],
  [NO_ANSWER.refused, "nobody there"],
  [NO_ANSWER.broken, "connection broken"],
]);

export interface SendingCounts {
  sent: number;
  tries: number;
  acknowledged: number;
}

export type Sending = ReturnType<typeof startSending>;

/**
 * Zoom behind a load balancer: each try goes to some process of the channel. What Zoom would give up after its last
 * retry is kept back until the faults are over, and then sent until it is taken.
 */
export function startSending(stage: Stage, journal: Journal) {
  const facts = new Map<ChannelId, MeetingFact[]>();
  const wrong: string[] = [];
  const givenUp: Delivery[] = [];
  const onTheWay = new Set<Promise<void>>();
  const counts: SendingCounts = { sent: 0, tries: 0, acknowledged: 0 };

  async function deliver(delivery: Delivery): Promise<void> {
    const { channel, uuid, body, seed, isForged } = delivery;
    const random = seededRandom(seed);
    const seats = stage.ofChannel(channel);
    const url = () => `${seats[Math.floor(random() * seats.length)]?.url()}/zoom/webhook`;
    const sender = zoomSender({
      url,
      secret: isForged ? "not-zoom" : stage.zoomSecret,
      retryAfterMs: RETRIES_AFTER_MS,
    });
    counts.sent += 1;
    const { kind, attempts } = await sender.deliver(body);
    counts.tries += attempts.length;
    for (const { status, sentAt } of attempts) {
      const answer = ANSWERS.get(status) ?? String(status);
      journal.note("Zoom", `${isForged ? "forged " : ""}${told(delivery)}: ${answer}`, { uuid, channel }, sentAt);
    }
    if (isForged) {
      if (kind === "taken") wrong.push(`a forged delivery was taken: ${uuid}`);
    } else if (kind === "taken") acknowledge(delivery);
    else if (kind === "neverAgain") wrong.push(`Zoom's delivery was refused with ${attempts.at(-1)?.status}: ${uuid}`);
    else givenUp.push(delivery);
  }

  function acknowledge({ channel, body }: Delivery) {
    counts.acknowledged += 1;
    know(channel, [{ body, at: Date.now() }]);
  }

  function know(channel: ChannelId, heard: Silent["heard"]) {
    facts.set(channel, [...(facts.get(channel) ?? []), ...heard.map(({ body, at }) => factIn(body, at))]);
  }

  return {
    counts: counts as Readonly<SendingCounts>,
    /** What the notifiers answered that they must not. */
    wrong: wrong as readonly string[],
    /** What was acknowledged in a channel. */
    factsIn: (channel: ChannelId): readonly MeetingFact[] => facts.get(channel) ?? [],
    /** What the notifiers of a channel heard before. */
    known: know,
    send(delivery: Delivery): Promise<void> {
      const sending = deliver(delivery).finally(() => onTheWay.delete(sending));
      onTheWay.add(sending);
      return sending;
    },
    /** Everything is acknowledged, also what Zoom has given up. */
    async settled() {
      for (;;) {
        await Promise.all(onTheWay);
        const again = givenUp.splice(0);
        if (again.length === 0) return;
        await sleep(SENT_AGAIN_AFTER_MS);
        await Promise.all(again.map(deliver));
      }
    },
  };
}

function factIn(body: ZoomBody, heardAt: Instant): MeetingFact {
  const reading = readEvent(body, heardAt, { webinars: false });
  if (reading.kind !== "fact") throw new Error(`${body.event} is no fact: ${reading.kind}`);
  return reading.fact;
}

/** What a delivery tells, in a line of a timeline. */
function told({ body }: Delivery): string {
  const { participant } = body.payload.object;
  const event = body.event.replace(/^meeting\.(participant_)?/, "");
  return participant ? `${event} ${participant.user_name}` : event;
}
