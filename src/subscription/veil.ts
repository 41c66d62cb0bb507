import type { CardStyle } from "../card/meeting-card.ts";
import type { Meeting } from "../meeting/meeting.ts";
import type { PeopleShown, Subscription } from "./subscription.ts";

const STRICTNESS: readonly PeopleShown[] = ["names", "counts", "private"];

/** What may be told of people in a channel: no more than the operator allows, and no names to other companies. */
export function peopleShown({ people, isShared }: Pick<Subscription, "people" | "isShared">, operator: PeopleShown) {
  return strictest(people, operator, isShared ? "counts" : "names");
}

export function strictest(...some: readonly PeopleShown[]): PeopleShown {
  const most = Math.max(...some.map((one) => STRICTNESS.indexOf(one)));
  return STRICTNESS[most] ?? "private";
}

export function mildest(...some: readonly PeopleShown[]): PeopleShown {
  const least = Math.min(...some.map((one) => STRICTNESS.indexOf(one)));
  return STRICTNESS[least] ?? "private";
}

/** How a card is styled where so much may be told. */
export function styleOf(people: PeopleShown): CardStyle {
  return { people: people === "names" ? "names" : "counts" };
}

export const PRIVATE_TOPIC = "A private meeting";

/** The meeting as somebody may know it: what is hidden is not in it any more, whatever a card says of it. */
export function veiled(meeting: Meeting, people: PeopleShown): Meeting {
  if (people === "names") return meeting;
  const { hostId: _, hostEmail: __, ...told } = meeting;
  const nameless = meeting.people.map(({ name: _, email: __, zoomUserId: ___, ...person }) => person);
  if (people === "counts") return { ...told, people: nameless };
  const { number: ____, ...rest } = told;
  return { ...rest, topic: PRIVATE_TOPIC, people: nameless };
}
