/** What one person wants to be told in direct messages. */
export interface Choices {
  /** When a meeting that they host goes live without them. */
  whenLiveWithoutMe: boolean;
  /** Their day, each morning at a time like "08:00"; absent: never. */
  myDayAt?: string;
}
