// @ts-check
// Shows what /live sends and sends what people do. It knows nothing of Slack: messages and views come as finished HTML.

import { act, here, notice } from "./act.js";
import { $, closest, element, group, morph } from "./dom.js";
import { openMenu } from "./menu.js";
import { rowList } from "./rows.js";
import "./theme.js";
import { showHome, showModals } from "./views.js";

/** @typedef {{ id: string, name: string, kind: "public" | "private" | "direct", isArchived: boolean, members: number, latest: number }} Place */
/** @typedef {{ id: string, name: string, timeZone: string, hue: number }} Person */
/** @typedef {"home" | "messages" | ""} Tab */
/** @typedef {{ userId: string, channelId: string, tab: Tab, tabs: { home: boolean, messages: boolean }, thread: string, people: Person[], workspaceName: string, canPlayAgain: boolean, shortcuts: import("./menu.js").Option[] }} Seat */
/** @typedef {{ id: number, event: string, at: number, tags: string[] }} Delivery */

const scroll = $("scroll");
const words = /** @type {HTMLInputElement} */ ($("words"));
const reply = /** @type {HTMLInputElement} */ ($("reply-words"));
const channel = rowList($("rows"), scroll, (isBelow) => {
  $("newest").hidden = !isBelow;
});
const thread = rowList($("thread-rows"), $("thread-scroll"));

/** @type {Seat | undefined} */
let seat;
/** What was asked for since: the server has not said yet that we sit there. @type {Record<string, string> | undefined} */
let asked;
/** @type {Place[]} */
let places = [];
/** @type {Delivery[]} */
let deliveries = [];
let now = 0;
/** @type {EventSource | undefined} */
let live;
/** When a channel was last looked at, by channel. @type {Map<string, number>} */
const readUpTo = new Map();

// Where we sit: in the address, so that a reload keeps it

function wish() {
  const params = new URLSearchParams(location.hash.slice(1));
  const [as, place, tab, open] = ["as", "channel", "tab", "thread"].map((name) => params.get(name) ?? "");
  return { as, channel: place, tab, thread: open };
}

/** @param {{ as?: string, channel?: string, tab?: Tab, thread?: string }} change */
function sit(change) {
  if (!seat) return;
  const from = asked ?? { as: seat.userId, channel: seat.channelId, tab: seat.tab };
  const next = { ...from, thread: "", ...change };
  asked = next;
  const told = Object.entries(next).filter(([, value]) => value !== "");
  history.replaceState(null, "", `#${new URLSearchParams(told)}`);
  connect();
}

function connect() {
  live?.close();
  document.body.setAttribute("aria-busy", "true");
  live = new EventSource(
    `/live?${new URLSearchParams(Object.entries(wish()).map(([name, value]) => [name, value ?? ""]))}`,
  );
  /** @type {<T>(name: string, show: (data: T) => void) => void} */
  const on = (name, show) => live?.addEventListener(name, (event) => show(JSON.parse(event.data)));
  live.onerror = () => {
    $("status").textContent = "The demo does not answer. Trying again …";
  };
  on("seat", showSeat);
  on("places", showPlaces);
  on("clock", showClock);
  on("rows", (/** @type {Rows} */ rows) => {
    channel.show(rows);
    $("nothing").hidden = rows.order.length > 0;
  });
  on("thread", (/** @type {Rows} */ rows) => {
    thread.show(rows);
    $("thread-nothing").hidden = rows.order.length > 0;
  });
  on("home", showHome);
  on("modals", showModals);
  on("feed", (/** @type {Delivery[]} */ latest) => {
    showFeed(latest);
    document.body.removeAttribute("aria-busy"); // it is the last of what a new seat begins with
  });
}
/** @typedef {{ order: string[], changed: import("./rows.js").Row[] }} Rows */

// What the server says

/** @param {Seat} next */
function showSeat(next) {
  const isElsewhere = seat?.channelId !== next.channelId || seat?.userId !== next.userId;
  const isOpened = isElsewhere || seat?.tab !== next.tab;
  if (isElsewhere) channel.clear();
  if (isElsewhere || seat?.thread !== next.thread) thread.clear();
  seat = next;
  asked = undefined;
  Object.assign(here, { userId: next.userId, channelId: next.channelId });
  $("workspace").textContent = next.workspaceName;
  $("again").hidden = !next.canPlayAgain;
  $("shortcuts").hidden = next.shortcuts.length === 0;
  showTab(next);
  document.body.classList.toggle("has-thread", next.thread !== "");
  $("thread").hidden = next.thread === "";
  if (isOpened && next.tab) act("open", { tab: next.tab });
  drawPeople();
}

/** @param {Seat} seat */
function showTab({ tab, tabs }) {
  const isHome = tab === "home";
  $("tabs").hidden = tab === "";
  for (const button of $("tabs").querySelectorAll("button")) {
    const name = /** @type {"home" | "messages"} */ (button.dataset.tab);
    button.hidden = !tabs[name];
    button.setAttribute("aria-selected", String(name === tab));
    button.tabIndex = name === tab ? 0 : -1;
  }
  $("home").hidden = !isHome;
  $("messages").hidden = isHome;
}

/** @param {Place[]} next */
function showPlaces(next) {
  const isFirst = readUpTo.size === 0;
  places = next;
  // A channel that went back in time has been emptied to play the day again.
  for (const { id, latest } of places)
    if (isFirst || isLookedAt(id) || latest < (readUpTo.get(id) ?? 0)) readUpTo.set(id, latest);
  drawPlaces();
}

/** @param {{ now: number, speed: number, status: string }} clock */
function showClock(clock) {
  now = clock.now;
  const timeZone = me()?.timeZone ?? "UTC";
  const day = format(now, { weekday: "long", day: "numeric", month: "long", timeZone });
  $("clock").textContent = `${day}, ${clockTime(now, timeZone)}`;
  $("speed").textContent = clock.speed === 1 ? "" : `· ${clock.speed} times as fast`;
  $("status").textContent = clock.status;
  drawPeople();
}

/** @param {Delivery[]} next */
function showFeed(next) {
  deliveries = next;
  drawFeed();
}

// Drawing

/** An event's name, which may be folded after its dots and underscores. @param {string} name */
const foldable = (name) => name.split(/(?<=[._])/).flatMap((part) => [element("wbr", {}), part]);

/** @param {string} id */
const isLookedAt = (id) => id === seat?.channelId && seat.tab !== "home";
/** @param {Place} place */
const isUnread = ({ id, latest }) => !isLookedAt(id) && latest > (readUpTo.get(id) ?? 0);

function drawPlaces() {
  const item = (/** @type {Place} */ place) => {
    const { id, name, kind, isArchived } = place;
    const isHere = id === seat?.channelId;
    const isNew = isUnread(place);
    const sign = { public: "#", private: "🔒", direct: "" }[kind];
    const button = element("button", { type: "button", class: "place", "data-channel": id }, [
      element("span", { class: kind === "direct" ? "avatar app small" : "sign", "aria-hidden": "true" }, [sign]),
      element("span", { class: "name" }, [name]),
      ...(isArchived ? [element("span", { class: "quiet" }, ["archived"])] : []),
      ...(isNew ? [element("span", { class: "dot" }, [element("span", { class: "unseen" }, ["unread"])])] : []),
    ]);
    if (isHere) button.setAttribute("aria-current", "page");
    return element("li", { class: isNew ? "unread" : "" }, [button]);
  };
  morph($("channels"), group(places.filter(({ kind }) => kind !== "direct").map(item)));
  morph($("direct"), group(places.filter(({ kind }) => kind === "direct").map(item)));
  $("apps-title").hidden = !places.some(({ kind }) => kind === "direct");
  const place = places.find(({ id }) => id === seat?.channelId);
  if (!place) return;
  const { name, kind, members } = place;
  const isApp = kind === "direct";
  $("channel-name").textContent = isApp ? name : `${kind === "private" ? "🔒 " : "# "}${name}`;
  $("channel-about").textContent = isApp ? "App" : `${members} ${members === 1 ? "member" : "members"}`;
  scroll.setAttribute("aria-label", `Messages in ${name}`);
  $("thread-about").textContent = isApp ? name : `${kind === "private" ? "🔒 " : "# "}${name}`;
  $("words-label").textContent = `Message to ${name}`;
  words.placeholder = `Message ${isApp ? name : `#${name}`}`;
  $("nothing").textContent = isApp
    ? `What ${name} has to say to you alone stands here.`
    : "Nothing has been said here yet. The first meeting is on its way.";
  document.title = `${places.some(isUnread) ? "• " : ""}${name} · Meetings in Slack: the demo`;
}

function drawPeople() {
  const items = (seat?.people ?? []).map(({ id, name, timeZone, hue }) => {
    const where = `${timeZone.split("/").at(-1)?.replaceAll("_", " ")} ${now ? clockTime(now, timeZone) : ""}`;
    return element("label", {}, [
      element("input", { type: "radio", name: "as", value: id }),
      element("span", { class: `avatar person small hue-${hue}`, "aria-hidden": "true" }, [name[0] ?? "?"]),
      element("span", { class: "who" }, [
        element("span", { class: "name" }, [name]),
        " ",
        element("span", { class: "quiet" }, [where]),
      ]),
    ]);
  });
  morph($("people"), group(items));
  for (const input of $("people").querySelectorAll("input")) input.checked = input.value === seat?.userId;
}

function drawFeed() {
  const timeZone = me()?.timeZone ?? "UTC";
  const items = deliveries.map(({ event, at, tags }) =>
    element("li", {}, [
      element("time", {}, [clockTime(at, timeZone)]),
      element("p", {}, [
        element("span", { class: "event" }, foldable(event)),
        ...tags.flatMap((tag) => [" ", element("span", { class: `tag ${tag.replaceAll(" ", "-")}` }, [tag])]),
      ]),
    ]),
  );
  morph($("feed"), group(items));
}

const me = () => seat?.people.find(({ id }) => id === seat?.userId);

/** @param {number} at @param {Intl.DateTimeFormatOptions} options */
const format = (at, options) => new Intl.DateTimeFormat("en-GB", options).format(at).replace(",", "");
/** @param {number} at @param {string} timeZone */
const clockTime = (at, timeZone) => format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });

// What people do

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = words.value.trim();
  if (text === "") return;
  words.value = "";
  channel.toEnd();
  act("say", { channel: here.channelId, text });
});
$("reply").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = reply.value.trim();
  if (text === "") return;
  reply.value = "";
  thread.toEnd();
  act("say", { channel: here.channelId, text, thread: seat?.thread });
});
$("try").addEventListener("click", () => {
  words.value = "/meetings today";
  words.focus();
});
$("shortcuts").addEventListener("click", () =>
  openMenu($("shortcuts"), "Shortcuts", seat?.shortcuts ?? [], (callbackId) => act("shortcut", { callbackId })),
);
$("again").addEventListener("click", () => act("again", {}));
$("newest").addEventListener("click", channel.toEnd);
$("people").addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement) sit({ as: event.target.value });
});
$("channels").addEventListener("click", (event) => {
  const id = closest(event, "[data-channel]")?.dataset.channel;
  if (id) sit({ channel: id, tab: "" });
});
$("direct").addEventListener("click", (event) => {
  const place = places.find(({ id }) => id === closest(event, "[data-channel]")?.dataset.channel);
  if (place) openTab(isUnread(place) ? "messages" : "home", place.id);
});
$("tabs").addEventListener("click", (event) => {
  const tab = closest(event, "[data-tab]")?.dataset.tab;
  if (tab) openTab(/** @type {Tab} */ (tab));
});
$("tabs").addEventListener("keydown", (event) => {
  if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
  const other = /** @type {HTMLElement | null} */ ($("tabs").querySelector('[aria-selected="false"]:not([hidden])'));
  other?.focus();
  other?.click();
});

/** A tab that is open already is opened anew: the app hears of it. @param {Tab} tab @param {string} [id] */
function openTab(tab, id = here.channelId) {
  if (seat?.tab === tab && id === here.channelId) act("open", { tab });
  else sit({ channel: id, tab });
}

document.addEventListener("click", (event) => {
  const link = closest(event, "[data-outside]");
  const ts = closest(event, "[data-thread]")?.dataset.thread;
  if (link) {
    event.preventDefault();
    notice(`In Slack, this link opens ${link.getAttribute("href")}`);
  } else if (ts) sit({ thread: ts });
});
$("thread-close").addEventListener("click", () => sit({ thread: "" }));

addEventListener("hashchange", connect);
connect();
