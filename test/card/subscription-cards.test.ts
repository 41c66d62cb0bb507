import { equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Card } from "../../src/card/card.ts";
import { pausedCard, resumedCard, subscriptionsCard } from "../../src/card/subscription-cards.ts";
import { FOR_EVER, type Subscription } from "../../src/subscription/subscription.ts";
import { at } from "../meeting/facts.ts";
import { subscription } from "../subscriptions.ts";

const NOW = at("12:00");
const ROOM = "C0ROOM";
const GOES_ON = "#C0ROOM hears of meetings again.";

describe("who pauses a channel", () => {
  test("is told until when, or how it goes on", () => {
    match(pausedCard(ROOM, at("14:00")).summary, /^Nothing new is posted in #C0ROOM until .+\. What is shown there/);
    match(pausedCard(ROOM, FOR_EVER).summary, /until you type \/meetings resume\./);
  });
});

describe("who resumes a channel", () => {
  const resumed = (after: Partial<Subscription> = {}, pausedUntil: number | undefined = FOR_EVER) =>
    resumedCard(ROOM, pausedUntil === 0 ? {} : { pausedUntil }, subscription(after), NOW).summary;

  test("is told that what is on is posted, where it is", () => {
    for (const detail of ["card", "thread"] as const)
      equal(resumed({ detail }), `${GOES_ON} What is on now is posted.`);
    for (const detail of ["end", "digest"] as const) equal(resumed({ detail }), GOES_ON);
    equal(resumed({ quiet: { from: "11:00", until: "13:00" }, timeZone: "UTC" }), GOES_ON);
  });

  test("is told that it was not paused, or not any more", () => {
    equal(resumed({}, 0), "#C0ROOM is not paused.");
    equal(resumed({}, at("11:00")), "#C0ROOM is not paused.");
  });
});

describe("the list of channels", () => {
  const channels = Array.from({ length: 20 }, (_, nth): [string, Subscription] => [`C0ROOM${nth}`, subscription()]);
  const pages = ({ buttons }: Card) =>
    buttons.flatMap((button) =>
      button.kind === "ask" && button.ask === "list" ? [`${button.label} ${button.about}`] : [],
    );

  test("leads to the page before and after, and no further than to its beginning", () => {
    equal(pages(subscriptionsCard(channels, NOW)).join(), "Later 8");
    equal(pages(subscriptionsCard(channels, NOW, 8)).join(), "Earlier 0,Later 16");
    equal(pages(subscriptionsCard(channels, NOW, 5)).join(), "Earlier 0,Later 13");
    equal(pages(subscriptionsCard(channels, NOW, 99)).join(), "Earlier 11");
  });
});
