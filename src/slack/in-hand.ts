import type bolt from "@slack/bolt";

/**
 * Watches what people asked for and what Slack told from the moment it arrives: most of it is acknowledged long before it
 * is done. Returns a function that waits until nothing is in hand any more.
 */
export function watchInHand(app: bolt.App): () => Promise<void> {
  const inHand = new Set<Promise<void>>();
  app.use(async ({ next }) => {
    const work = next().finally(() => void inHand.delete(work));
    inHand.add(work);
    await work;
  });
  return async () => {
    while (inHand.size > 0) await Promise.allSettled(inHand);
  };
}
