import { cardFor, type Wishing } from "../../src/card-for.ts";
import { closeSilent } from "../../src/close-silent.ts";
import { type Courier, LEASE_MS, startCourier } from "../../src/courier.ts";
import { cardOrFinalReply } from "../../src/final-reply.ts";
import { type Following, followChannel, followFurther } from "../../src/follow-channel.ts";
import type { MeetingFact } from "../../src/meeting/fact.ts";
import type { CardDesk, Channel, ChatPlatform, Claim, FactStore, Outcome } from "../../src/ports.ts";
import { makeDigestsDue } from "../../src/post-digest.ts";
import { myDays } from "../../src/post-my-day.ts";
import { type RefusalNotes, tellWhoSubscribed } from "../../src/post-refusal.ts";
import { makeWeeksDue, type WeekSchedule } from "../../src/post-week.ts";
import { readAhead } from "../../src/read-ahead.ts";
import { recordFact } from "../../src/record-fact.ts";
import { redisAudit } from "../../src/redis/audit.ts";
import { redisChoices } from "../../src/redis/choices.ts";
import { redisDesk } from "../../src/redis/desk.ts";
import { redisFacts } from "../../src/redis/facts.ts";
import { redisKeys } from "../../src/redis/keys.ts";
import { redisMoves } from "../../src/redis/move-channel.ts";
import { redisSubscriptions } from "../../src/redis/subscriptions.ts";
import { changeSubscription, type Subscribing, showChanges } from "../../src/subscribe.ts";
import type { Book } from "../../src/subscription/book.ts";
import type { Change } from "../../src/subscription/change.ts";
import type { HostIds, PeopleShown } from "../../src/subscription/subscription.ts";
import { type DayPlan, movedName, type PlannedChange, type ProcessFault } from "./plan.ts";
import { type StoreWire, storeConnection } from "./store-connection.ts";
import type { Owner, VirtualTime } from "./virtual-time.ts";

const DAY_MS = 24 * 3_600_000;
export const RETENTION_MS = 90 * DAY_MS;
/** What the operator allows to be told of people. */
export const PEOPLE: PeopleShown = "names";
export const DEFAULTS = { timeZone: "UTC", digestAt: "18:00", digestDays: new Set([1, 2, 3, 4, 5, 6, 7]) };
/** Which Zoom user has which address. */
export const HOST_IDS: HostIds = new Map([
  ["five@example.com", "id 0"],
  ["six@example.com", "id 1"],
]);
export const KEYS = redisKeys("{sim}");
/** As the door does it. */
const KEEP_WITHIN_MS = 2_500;

export interface SimulatedProcess extends Owner {
  index: number;
  /** Every call to the outside goes through here: the process may die or freeze before it, or right after sending it. */
  makesCall(whom: "store" | "chat", send: () => void): void;
}

/** A fault planted in the notifier, to see whether it is found. */
export interface Sabotage {
  script?: (lua: string) => string;
  desk?: (desk: CardDesk) => CardDesk;
  platform?: (platform: ChatPlatform) => ChatPlatform;
  facts?: (facts: FactStore) => FactStore;
  wishing?: (wishing: Wishing) => Wishing;
  subscribing?: (subscribing: Subscribing) => Subscribing;
  following?: (following: Following) => Following;
  notes?: (notes: RefusalNotes) => RefusalNotes;
  weeks?: (schedule: WeekSchedule) => WeekSchedule;
}

export interface Surroundings {
  plan: DayPlan;
  sabotage: Sabotage;
  time: VirtualTime;
  store: Omit<StoreWire, "time">;
  platformOf: (process: SimulatedProcess) => ChatPlatform;
  onOutcome: (process: number, claim: Claim, outcome: Outcome) => void;
  onFault: (process: number, what: string) => void;
  /** What can be wrong with the store only. */
  onError: (err: unknown) => void;
}

const same = <T>(one: T): T => one;

export type Notifier = ReturnType<typeof startNotifier>;

/** One process: the notifier's own code, wired as in `main.ts`, with a store and a platform that may fail. */
export function startNotifier(
  { plan, sabotage, time, store, platformOf, onOutcome, onFault, onError }: Surroundings,
  index: number,
) {
  const armed: { fault: ProcessFault; but: number }[] = [];
  const owner: SimulatedProcess = {
    index,
    isAlive: true,
    frozenUntil: 0,
    makesCall(whom, send) {
      if (!owner.isAlive) return;
      if (owner.frozenUntil > time.now()) {
        time.goOnAs(owner, send);
        return;
      }
      const next = armed[0];
      const where = next?.fault.where;
      if (!next || where === undefined || where === "at once" || (where.call === "chat" && whom === "store")) {
        send();
      } else if (next.but > 0) {
        next.but -= 1;
        send();
      } else {
        armed.shift();
        if (where.isSent) send();
        strike(next.fault);
        if (!where.isSent) time.goOnAs(owner, send);
      }
    },
  };
  const strike = ({ kind, forMs }: ProcessFault) => {
    onFault(index, kind === "crash" ? "dies" : `freezes for ${forMs} ms`);
    if (kind === "freeze") owner.frozenUntil = time.now() + forMs;
    else die();
  };
  const die = () => {
    owner.isAlive = false;
    time.forget(owner);
  };

  const { skewsMs, faults } = plan;
  const isMoving = faults.some(({ kind }) => kind === "move");
  const now = () => Math.floor(time.now()) + (skewsMs[index] ?? 0);
  const redis = storeConnection({ ...store, time }, owner);
  const { desk: withDesk = same, platform: withPlatform = same, facts: withFacts = same } = sabotage;
  const { wishing: withWishing = same, subscribing: withSubscribing = same, weeks: withWeeks = same } = sabotage;
  const { notes: withNotes = same, following: withFollowing = same } = sabotage;
  const facts = withFacts(redisFacts(redis, KEYS, { retentionMs: RETENTION_MS, now }));
  const desk = withDesk(redisDesk(redis, KEYS, { leaseMs: LEASE_MS, retentionMs: RETENTION_MS }));
  const subscriptions = redisSubscriptions(redis, KEYS, new Map(), now);
  const following = withFollowing({ moves: redisMoves(redis, KEYS, { retentionMs: RETENTION_MS }), subscriptions });
  const choices = plan.people && redisChoices(redis, KEYS, now);
  const days = myDays({ facts, desk, hostIds: HOST_IDS });
  const hostIds = HOST_IDS;
  const inPerson = choices && { choices, hostIds, myDays: days };
  const wishing = withWishing({ facts, subscriptions, people: PEOPLE, stateOf: desk.stateOf, ...inPerson });
  const subscribing = withSubscribing({
    ...{ subscriptions, facts, desk, audit: redisAudit(redis, KEYS), defaults: DEFAULTS },
  });
  const ownCard = (claim: Claim) => cardFor(wishing, claim, now());
  let courier: Courier | undefined;

  return {
    owner,
    start() {
      courier = startCourier({
        desk,
        platforms: new Map([["slack", withPlatform(platformOf(owner))]]),
        cardFor: (claim) => cardOrFinalReply({ desk, cardFor: ownCard }, claim),
        now,
        leaseMs: LEASE_MS,
        inDoubt: "post-again",
        onOutcome: (claim, outcome) => {
          onOutcome(index, claim, outcome);
          tellWhoSubscribed(withNotes({ subscriptions, desk }), claim, outcome).then(
            () => outcome.kind === "refused" && courier?.wake(),
            onError,
          );
        },
      });
    },
    /** A fact as the door makes it at this moment. */
    heard: (fact: MeetingFact): MeetingFact => ({
      ...fact,
      heardAt: now(),
      ...(fact.timeFrom === "arrival" && { at: now() }),
    }),
    /** Answers as the door would: true once the fact is kept, false when Zoom is asked to send it again. */
    async keeps(heard: MeetingFact): Promise<boolean> {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<"late">((resolve) => {
        timer = setTimeout(() => resolve("late"), KEEP_WITHIN_MS);
      });
      const keeping = recordFact({ facts, subscriptions, ...inPerson, retentionMs: RETENTION_MS }, heard, now());
      const wakes = keeping.then((kept) => {
        if (kept === "new") courier?.wake();
        return kept;
      });
      const kept = await Promise.race([wakes, late]).catch(() => "late" as const);
      clearTimeout(timer);
      return kept !== "late";
    },
    async looksAfter() {
      const people = choices && (await choices.chosen().catch(onError))?.people;
      const each = (work: (book: Book) => Promise<void>) => subscriptions.book().then(work).catch(onError);
      if (isMoving) await each((book) => followFurther(following, book));
      await showChanges(subscribing, now()).catch(onError);
      await each((book) => closeSilent({ facts, desk, book, ...(people && { people, hostIds }) }, now()));
      await each((book) => facts.packFinished([...book.channels.keys()]));
      await each((book) => readAhead({ desk, book }, now()));
      await each((book) => makeDigestsDue({ facts, desk, book }, now()));
      await each((book) => makeWeeksDue(withWeeks({ desk, book }), now()));
      if (people) await days.makeDue(people, now()).catch(onError);
      courier?.wake();
    },
    /** Slack tells that a channel has another id, and is answered at once. */
    async follows(from: Channel, to: Channel): Promise<void> {
      await followChannel(following, from, to).catch(() => {});
      courier?.wake();
    },
    /** Somebody changes what a channel hears of, here; rejects when that cannot be done now. */
    async changes({ channel: place, by, change: what }: PlannedChange): Promise<void> {
      const isMoved = isMoving && (await subscriptions.fresh()).channels.has(movedName(place));
      const channel = isMoved ? movedName(place) : place;
      let change: Change;
      if (what.kind === "form") {
        const before = (await subscriptions.fresh()).channels.get(channel);
        if (!before) return;
        change = { kind: "save", subscription: { ...before, ...what.with } };
      } else change = what;
      await changeSubscription(
        subscribing,
        channel,
        change,
        { userId: by, name: `Person ${by}`, timeZone: "UTC" },
        now(),
      );
      courier?.wake();
    },
    /** This happens to it, at once or at the call that it names. */
    meets(fault: ProcessFault) {
      if (fault.where === "at once") strike(fault);
      else armed.push({ fault, but: fault.where.but });
    },
    die,
    async stop() {
      await courier?.stop();
      die();
    },
  };
}
