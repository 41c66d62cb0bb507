import type { Channel } from "../ports.ts";
import type { Choices } from "./choices.ts";

/** Somebody who chose to be told something in person, and what has to be known for that. */
export interface Chooser {
  choices: Choices;
  /** In lower case. Without it nobody knows which meetings are theirs. */
  email?: string;
  timeZone: string;
}

/** Everybody who chose something, at one time, by where they are told. */
export interface Choosers {
  /** Another one whenever something changes, here or in what channels asked for; absent where nothing ever does. */
  version?: string;
  people: ReadonlyMap<Channel, Chooser>;
}
