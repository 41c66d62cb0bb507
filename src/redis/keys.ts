import type { CardId, Channel } from "../ports.ts";

export type Keys = ReturnType<typeof redisKeys>;

/**
 * Every key there is. All share the prefix's hash tag, so that one script may touch several of them on a Cluster too.
 *
 * | key | is | who may lose it | lives |
 * | --- | --- | --- | --- |
 * | facts | hash: a fact → when first heard | nobody: all else is derived from it | retention after its last fact |
 * | past | hash: uuid → a meeting that is over, packed with its cards, of one day | nobody | retention after the day |
 * | card | hash: what was posted, or is being posted | nobody: a second message would follow | retention |
 * | starts | sorted set: uuid → start, of those in `facts` | rebuildable from facts | trimmed to the retention |
 * | live | sorted set: uuid → last heard | rebuildable from facts | members leave minutes after the end |
 * | over | sorted set: uuid → when to pack it | those in it stay unpacked | members leave when packed |
 * | number | sorted set: uuid → start, of one number, of those in `facts` | rebuildable from facts | retention |
 * | numbers | hash: number → starts of those in `past`, of one month and a part of all numbers | rebuildable from past | retention after the month |
 * | subscriptions | hash: channel → what it hears of and how | nobody: people chose it | – |
 * | choices | hash: person → what they chose to be told, their e-mail address and time zone | nobody: people chose it | until they choose nothing |
 * | version | string: counts the changes of `subscriptions` and `choices` | with those two only | – |
 * | unshown | hash: what is to be shown because a subscription changed, and where → the count of that change | cards stay behind until their next fact | until it is shown |
 * | moved | hash: channel → the name that the platform gave it since | a second card may follow of meetings in `past` | retention after the last of them |
 * | zoomUsers | sorted set: Zoom user id and e-mail address of one person → last seen | learnt again from meetings | members: retention after they were seen last |
 * | audit | list: who changed a subscription, newest first | anybody | 500 entries |
 * | plan | hash: what Zoom said is planned under a number → when first heard | nobody | retention after the last time planned |
 * | plans | sorted set: number and time of each occurrence → that time | rebuildable from plan | trimmed to the retention |
 * | channels | sorted set: channel → when to look at it | rebuildable from due | – |
 * | due | sorted set: card → when it is due, of one channel | its cards stay behind until their next fact | – |
 * | learnt | string: the run of Redis in which the messages of one channel were last read, and when | anybody: they are read again | retention |
 * | announced | string: the notice that a card of one channel told last | anybody: another card tells it once more | 8 days |
 * | gate | hash: lease and pauses of one channel | anybody: leases are guarded by `card` | a day |
 * | hands | hash: channel → the card that a courier took there last, until it is settled | cards that no channel asks for any more stay as they are until their next fact | a day |
 * | budget | hash: until when the calls of a platform are spent, by kind | anybody: it says 429 instead | a day |
 * | event | string: what this event of Slack's asks for is done | anybody: what it asks for may be done twice | an hour |
 * | installations | hash: Slack team → the installation of the app there, sealed | nobody: it would have to be installed again | – |
 * | probe | string: it was possible to write | anybody | a minute |
 * | decisions | list: what couriers decided about cards, newest first | anybody: `explain` knows less | retention, 20,000 decisions |
 * | refusing | hash: channel → why it refuses, and when it was last asked | anybody: it refuses again | retention |
 * | seen | hash: a sign of Zoom → when it was last seen | anybody: `status` says that it never was | retention |
 * | dead | list: deliveries that could not be read, newest first | anybody | 7 days, 100 letters |
 */
export function redisKeys(prefix: string) {
  return {
    facts: (uuid: string) => `${prefix}:facts:${uuid}`,
    card: (channel: Channel, card: CardId) => `${prefix}:card:${channel}:${card}`,
    /** What all cards' keys begin with. */
    cards: `${prefix}:card:`,
    past: (day: number) => `${prefix}:past:${day}`,
    starts: `${prefix}:starts`,
    live: `${prefix}:live`,
    over: `${prefix}:over`,
    number: (number: string) => `${prefix}:number:${number}`,
    numbers: (month: number, part: number) => `${prefix}:numbers:${month}:${part}`,
    subscriptions: `${prefix}:subscriptions`,
    choices: `${prefix}:choices`,
    version: `${prefix}:version`,
    unshown: `${prefix}:unshown`,
    moved: `${prefix}:moved`,
    audit: `${prefix}:audit`,
    zoomUsers: `${prefix}:zoomUsers`,
    plan: (number: string) => `${prefix}:plan:${number}`,
    plans: `${prefix}:plans`,
    channels: `${prefix}:channels`,
    due: (channel: Channel) => `${prefix}:due:${channel}`,
    learnt: (channel: Channel) => `${prefix}:learnt:${channel}`,
    announced: (channel: Channel) => `${prefix}:announced:${channel}`,
    gate: (channel: Channel) => `${prefix}:gate:${channel}`,
    hands: `${prefix}:hands`,
    budget: (channel: Channel) => `${prefix}:budget:${channel.split(":", 1)[0]}`,
    event: (eventId: string) => `${prefix}:event:${eventId}`,
    installations: `${prefix}:installations`,
    probe: `${prefix}:probe`,
    decisions: `${prefix}:decisions`,
    refusing: `${prefix}:refusing`,
    seen: `${prefix}:seen`,
    dead: `${prefix}:dead`,
  };
}
