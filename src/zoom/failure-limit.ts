import type { Instant } from "../meeting/fact.ts";

const FAILURES_PER_MINUTE = 3_000;
/** Who has a network of IPv6 has more addresses than we have memory; the count then begins anew. */
const MOST_ADDRESSES = 10_000;

/**
 * Whether somebody failed too often this minute; asking counts as a failure. Only failures are ever counted, after
 * verification: an authentic delivery is never refused because of a stranger, also not one behind the same proxy.
 */
export function failureLimit(now: () => Instant): (address: string | undefined) => boolean {
  let minute = 0;
  const failures = new Map<string, number>();
  return (address = "") => {
    const current = Math.floor(now() / 60_000);
    if (current !== minute || failures.size === MOST_ADDRESSES) failures.clear();
    minute = current;
    const count = (failures.get(address) ?? 0) + 1;
    failures.set(address, count);
    return count > FAILURES_PER_MINUTE;
  };
}
