/** What became of one delivery on its way from Zoom; the page shows the tags beside the event's name. */
export type Delivery = { event: string; at: number; tags: DeliveryTag[] };
export type DeliveryTag = "lost" | "doubled" | "late" | "retried" | "bad signature";
export type DeliveryFeed = ReturnType<typeof deliveryFeed>;

const MOST_SHOWN = 60;

/** The latest deliveries, newest first, for the page's side panel. */
export function deliveryFeed() {
  const deliveries: (Delivery & { id: number })[] = [];
  const listeners = new Set<() => void>();
  let lastId = 0;
  const tell = () => {
    for (const listener of [...listeners]) listener();
  };
  return {
    add(delivery: Delivery): void {
      lastId += 1;
      deliveries.unshift({ ...delivery, id: lastId });
      deliveries.splice(MOST_SHOWN);
      tell();
    },
    clear(): void {
      deliveries.length = 0;
      tell();
    },
    latest: (): readonly (Delivery & { id: number })[] => deliveries,
    onChange(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
