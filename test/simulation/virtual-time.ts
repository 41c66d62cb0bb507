/** Whose a step is: one of a process that died is never taken, one of a frozen process only when it goes on. */
export interface Owner {
  isAlive: boolean;
  frozenUntil: number;
}

interface Step {
  at: number;
  order: number;
  owner: Owner | undefined;
  /** `plan`: decided before the day began; `wire`: something is on its way; `timer`: somebody waits. */
  kind: "plan" | "wire" | "timer";
  run: () => void;
  isOff: boolean;
}

export type VirtualTime = ReturnType<typeof virtualTime>;

/**
 * A clock that stands still while something happens and jumps to the next thing to do, for the whole process:
 * `setTimeout`, `Date.now` and `performance.now` go by it until `restore`. What a step does is done, with all its
 * promises, before the next step begins; so a run depends on nothing but what is asked of it.
 */
export function virtualTime(start: number) {
  const steps = heap();
  const open = { plan: 0, wire: 0, timer: 0 };
  let now = start;
  let count = 0;
  let acting: Owner | undefined;

  const later = (kind: Step["kind"], at: number, owner: Owner | undefined, run: () => void): Step => {
    count += 1;
    open[kind] += 1;
    const step = { at: Math.max(at, now), order: count, owner, kind, run, isOff: false };
    steps.push(step);
    return step;
  };
  const off = (step: Step) => {
    if (!step.isOff) open[step.kind] -= 1;
    step.isOff = true;
  };
  const restore = replaceClocks({
    now: () => now,
    setTimer: (run, ms) => later("timer", now + Math.max(ms, 1), acting, run),
    clearTimer: (step) => off(step as Step),
  });

  return {
    now: () => now,
    open: () => open,
    restore,
    /** Something that will happen at its time; of a process, if it is alive by then and not frozen. */
    at: (at: number, kind: "plan" | "wire", run: () => void, owner?: Owner) => later(kind, at, owner, run),
    off,
    /** Goes on as this process, in this step if it can: what `work` sets off belongs to it. */
    goOnAs(owner: Owner, work: () => void) {
      if (!owner.isAlive || owner.frozenUntil > now) {
        later("wire", now, owner, work);
        return;
      }
      acting = owner;
      work();
    },
    /** A process died: nothing that it waits for or has begun to do concerns it any more. */
    forget(owner: Owner) {
      steps.forEach((step) => {
        if (step.owner === owner) off(step);
      });
    },
    /** Takes the next step. False when there is none. */
    async step(): Promise<boolean> {
      const step = steps.pop();
      if (!step) return false;
      if (step.isOff) return true;
      if (step.owner && !step.owner.isAlive) {
        off(step);
        return true;
      }
      now = Math.max(now, step.at);
      if (step.owner && step.owner.frozenUntil > now) {
        count += 1;
        steps.push(Object.assign(step, { at: step.owner.frozenUntil, order: count }));
        return true;
      }
      off(step);
      acting = step.owner;
      step.run();
      await settled();
      acting = undefined;
      return true;
    },
    /** When the next thing of the plan comes. */
    nextPlanned: () => steps.earliest((step) => step.kind === "plan" && !step.isOff),
    /** Nothing happens until `at`: those who only wait wait on, as if the machine had slept. */
    sleepUntil(at: number) {
      for (const step of steps.takeAll()) {
        const isWaiting = step.kind === "timer" && !step.isOff;
        steps.push(isWaiting ? Object.assign(step, { at: at + Math.max(step.at - now, 0) }) : step);
      }
      now = at;
    },
  };
}

/** Resolves when every promise that can go on has gone on, also of who leaves others their turn in between. */
const settled = () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve)));

interface Clocks {
  now: () => number;
  setTimer: (run: () => void, ms: number) => unknown;
  clearTimer: (timer: unknown) => void;
}

function replaceClocks({ now, setTimer, clearTimer }: Clocks): () => void {
  const real = { setTimeout, clearTimeout, dateNow: Date.now };
  globalThis.setTimeout = ((run: () => void, ms = 0) => setTimer(run, ms)) as unknown as typeof setTimeout;
  globalThis.clearTimeout = (timer) => void (timer && clearTimer(timer));
  Date.now = now;
  Object.defineProperty(performance, "now", { value: now, configurable: true });
  return () => {
    globalThis.setTimeout = real.setTimeout;
    globalThis.clearTimeout = real.clearTimeout;
    Date.now = real.dateNow;
    Reflect.deleteProperty(performance, "now");
  };
}

/** Steps by their time, those of one instant as they were asked for. */
function heap() {
  let items: Step[] = [];
  const isBefore = (a: Step, b: Step) => a.at < b.at || (a.at === b.at && a.order < b.order);
  const at = (index: number) => items[index] as Step;
  const swap = (a: number, b: number) => {
    const held = at(a);
    items[a] = at(b);
    items[b] = held;
  };
  const sink = () => {
    for (let here = 0; ; ) {
      const [left, right] = [2 * here + 1, 2 * here + 2];
      let least = here;
      if (left < items.length && isBefore(at(left), at(least))) least = left;
      if (right < items.length && isBefore(at(right), at(least))) least = right;
      if (least === here) return;
      swap(here, least);
      here = least;
    }
  };
  return {
    push(step: Step) {
      let here = items.push(step) - 1;
      for (let up = (here - 1) >> 1; here > 0 && isBefore(step, at(up)); up = (here - 1) >> 1) {
        swap(here, up);
        here = up;
      }
    },
    pop(): Step | undefined {
      const first = items[0];
      const last = items.pop();
      if (!first || !last || items.length === 0) return first;
      items[0] = last;
      sink();
      return first;
    },
    forEach: (see: (step: Step) => void) => items.forEach(see),
    takeAll(): Step[] {
      const all = items;
      items = [];
      return all;
    },
    earliest: (is: (step: Step) => boolean) =>
      items.reduce((first, step) => (is(step) ? Math.min(first, step.at) : first), Number.POSITIVE_INFINITY),
  };
}
