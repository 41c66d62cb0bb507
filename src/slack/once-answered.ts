import type { Hears } from "./link.ts";

type Answer = { said: object | string | undefined };

/** Slack sends again what it saw no answer to within seconds. */
const MOST_REMEMBERED = 200;

/**
 * What Slack sends again under the same id has the answer that it had, or is about to have, and is not done twice: nothing
 * is shared a second time because an acknowledgement was lost. What was not answered is done again.
 */
export function onceAnswered(hears: Hears): Hears {
  const known = new Map<string, Promise<Answer | undefined>>();
  return async (body, answer, envelopeId) => {
    for (let before = known.get(envelopeId); before; before = known.get(envelopeId)) {
      const had = await before;
      if (had) return answer(had.said);
    }
    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    known.set(envelopeId, promise);
    if (known.size > MOST_REMEMBERED) known.delete(known.keys().next().value ?? "");
    let isAnswered = false;
    try {
      await hears(
        body,
        (said) => {
          isAnswered = true;
          resolve({ said });
          answer(said);
        },
        envelopeId,
      );
    } finally {
      if (!isAnswered) known.delete(envelopeId); // before anybody who waits looks again
      resolve(undefined);
    }
  };
}
