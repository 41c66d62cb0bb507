// @ts-check
// Shows what /live sends and sends what people do. It knows nothing of Slack: messages come as finished HTML.

/** @typedef {{ blockId: string, actionId: string, label: string, url?: string, options?: { label: string, value: string }[] }} Control */
/** @typedef {{ key: string, html: string, controls: Control[] }} Row */
/** @typedef {{ id: string, name: string, kind: "public" | "private" | "direct", isArchived: boolean, members: number, latest: number }} Place */
/** @typedef {{ id: string, name: string, timeZone: string, hue: number }} Person */
/** @typedef {{ userId: string, channelId: string, people: Person[], workspaceName: string, canPlayAgain: boolean }} Seat */
/** @typedef {{ id: number, event: string, at: number, tags: string[] }} Delivery */

/** @type {<T extends HTMLElement = HTMLElement>(id: string) => T} */
const $ = (id) => /** @type {any} */ (document.getElementById(id));
const scroll = $("slack_blocks_to_jsx");
const words = /** @type {HTMLInputElement} */ ($("words"));

/** @type {Seat | undefined} */
let seat;
/** @type {Place[]} */
let places = [];
/** @type {Delivery[]} */
let deliveries = [];
let now = 0;
/** @type {EventSource | undefined} */
let live;
/** @type {Map<string, Row>} */
const rows = new Map();
/** When a channel was last looked at, by channel. @type {Map<string, number>} */
const readUpTo = new Map();

// Where we sit: in the address, so that a reload keeps it

function wish() {
  const params = new URLSearchParams(location.hash.slice(1));
  return { as: params.get("as") ?? "", channel: params.get("channel") ?? "" };
}

/** @param {{ as?: string, channel?: string }} change */
function sit(change) {
  if (!seat) return;
  const next = { as: seat.userId, channel: seat.channelId, ...change };
  history.replaceState(null, "", `#${new URLSearchParams(next)}`);
  connect();
}

function connect() {
  live?.close();
  live = new EventSource(`/live?${new URLSearchParams(wish())}`);
  /** @type {<T>(name: string, show: (data: T) => void) => void} */
  const on = (name, show) => live?.addEventListener(name, (event) => show(JSON.parse(event.data)));
  live.onerror = () => {
    $("status").textContent = "The demo does not answer. Trying again …";
  };
  on("seat", showSeat);
  on("places", showPlaces);
  on("clock", showClock);
  on("rows", showRows);
  on("feed", showFeed);
}

// What the server says

/** @param {Seat} next */
function showSeat(next) {
  const isElsewhere = seat?.channelId !== next.channelId || seat?.userId !== next.userId;
  seat = next;
  $("workspace").textContent = next.workspaceName;
  $("again").hidden = !next.canPlayAgain;
  if (isElsewhere) {
    rows.clear();
    $("rows").replaceChildren();
    scroll.scrollTop = scroll.scrollHeight;
  }
  drawPeople();
}

/** @param {Place[]} next */
function showPlaces(next) {
  const isFirst = readUpTo.size === 0;
  places = next;
  // A channel that went back in time has been emptied to play the day again.
  for (const { id, latest } of places)
    if (isFirst || id === seat?.channelId || latest < (readUpTo.get(id) ?? 0)) readUpTo.set(id, latest);
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

/** @param {{ order: string[], changed: Row[] }} update */
function showRows({ order, changed }) {
  const list = $("rows");
  const wasAtEnd = isAtEnd();
  const lastBefore = list.lastElementChild;
  for (const row of changed) rows.set(row.key, row);
  const isChanged = new Set(changed.map(({ key }) => key));
  for (const item of [...list.children])
    if (!order.includes(/** @type {HTMLElement} */ (item).dataset.key ?? "")) item.remove();
  for (const [index, key] of order.entries()) {
    let item = /** @type {HTMLElement | null} */ (list.querySelector(`:scope > [data-key="${CSS.escape(key)}"]`));
    if (!item) {
      item = document.createElement("li");
      item.dataset.key = key;
      isChanged.add(key);
    }
    if (isChanged.has(key)) redraw(item, rows.get(key)?.html ?? "");
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  }
  for (const key of rows.keys()) if (!order.includes(key)) rows.delete(key);
  $("nothing").hidden = order.length > 0;
  if (wasAtEnd) toEnd();
  else if (list.lastElementChild !== lastBefore) $("newest").hidden = false;
}

/** @param {Delivery[]} next */
function showFeed(next) {
  deliveries = next;
  drawFeed();
}

// Drawing

/** An event's name, which may be folded after its dots and underscores. @param {string} name */
const foldable = (name) => name.split(/(?<=[._])/).flatMap((part) => [element("wbr", {}), part]);

/** @param {HTMLElement} item @param {string} html */
function redraw(item, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  morph(item, template.content);
}

/**
 * Makes one node's children like another's and keeps what can stay: a button that is replaced between press and
 * release loses the click, and whoever stands on it with the keyboard loses their place.
 * @param {Node} shown
 * @param {Node} wanted
 */
function morph(shown, wanted) {
  const next = [...wanted.childNodes];
  while (shown.childNodes.length > next.length) shown.lastChild?.remove();
  for (const [index, node] of next.entries()) {
    const old = shown.childNodes[index];
    if (!old) shown.appendChild(node);
    else if (old.isEqualNode(node)) continue;
    else if (old instanceof Element && node instanceof Element && old.tagName === node.tagName) {
      for (const { name } of [...old.attributes]) if (!node.hasAttribute(name)) old.removeAttribute(name);
      for (const { name, value } of node.attributes) old.setAttribute(name, value);
      morph(old, node);
    } else if (old instanceof Text && node instanceof Text) old.data = node.data;
    else old.replaceWith(node);
  }
}

function drawPlaces() {
  const item = (/** @type {Place} */ { id, name, kind, isArchived, latest }) => {
    const isHere = id === seat?.channelId;
    const isUnread = !isHere && latest > (readUpTo.get(id) ?? 0);
    const sign = { public: "#", private: "🔒", direct: "" }[kind];
    const button = element("button", { type: "button", class: "place", "data-channel": id }, [
      element("span", { class: kind === "direct" ? "avatar app small" : "sign", "aria-hidden": "true" }, [sign]),
      element("span", { class: "name" }, [name]),
      ...(isArchived ? [element("span", { class: "quiet" }, ["archived"])] : []),
      ...(isUnread ? [element("span", { class: "dot" }, [element("span", { class: "unseen" }, ["unread"])])] : []),
    ]);
    if (isHere) button.setAttribute("aria-current", "page");
    return element("li", { class: isUnread ? "unread" : "" }, [button]);
  };
  morph($("channels"), group(places.filter(({ kind }) => kind !== "direct").map(item)));
  morph($("direct"), group(places.filter(({ kind }) => kind === "direct").map(item)));
  $("apps-title").hidden = !places.some(({ kind }) => kind === "direct");
  const here = places.find(({ id }) => id === seat?.channelId);
  if (!here) return;
  const name = here.kind === "direct" ? here.name : `${here.kind === "private" ? "🔒 " : "# "}${here.name}`;
  $("channel-name").textContent = name;
  $("channel-about").textContent =
    here.kind === "direct" ? "App" : `${here.members} ${here.members === 1 ? "member" : "members"}`;
  scroll.setAttribute("aria-label", `Messages in ${here.name}`);
  $("words-label").textContent = `Message to ${here.name}`;
  words.placeholder = `Message ${here.kind === "direct" ? here.name : `#${here.name}`}`;
  document.title = `${places.some(({ id, latest }) => latest > (readUpTo.get(id) ?? 0)) ? "• " : ""}${here.name} · Meetings in Slack: the demo`;
}

function drawPeople() {
  const items = (seat?.people ?? []).map(({ id, name, timeZone, hue }) => {
    const where = `${timeZone.split("/").at(-1)?.replaceAll("_", " ")} ${now ? clockTime(now, timeZone) : ""}`;
    return element("label", {}, [
      element("input", { type: "radio", name: "as", value: id }),
      element("span", { class: `avatar person small hue-${hue}`, "aria-hidden": "true" }, [name[0] ?? "?"]),
      element("span", { class: "name" }, [name]),
      element("span", { class: "quiet" }, [where]),
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

/** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children */
function element(name, attributes, children = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== "") made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** @param {HTMLElement[]} items */
function group(items) {
  const fragment = document.createDocumentFragment();
  fragment.append(...items);
  return fragment;
}

const me = () => seat?.people.find(({ id }) => id === seat?.userId);

/** @param {number} at @param {Intl.DateTimeFormatOptions} options */
const format = (at, options) => new Intl.DateTimeFormat("en-GB", options).format(at).replace(",", "");
/** @param {number} at @param {string} timeZone */
const clockTime = (at, timeZone) => format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });

const isAtEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 60;
function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
  $("newest").hidden = true;
}

// What people do

/** @param {string} what @param {Record<string, unknown>} data */
async function act(what, data) {
  const body = JSON.stringify({ as: seat?.userId, channel: seat?.channelId, ...data });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`/act/${what}`, { method: "POST", headers, body }).catch(() => undefined);
  if (!response) return notice("The demo does not answer.");
  if (!response.ok) notice((await response.json()).because);
}

/** @param {string} text */
function notice(text) {
  $("notice-text").textContent = text;
  $("notice").hidden = false;
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = words.value.trim();
  if (text === "") return;
  words.value = "";
  toEnd();
  act("say", { text });
});
$("try").addEventListener("click", () => {
  words.value = "/meetings today";
  words.focus();
});
$("again").addEventListener("click", () => act("again", {}));
$("newest").addEventListener("click", toEnd);
$("notice-close").addEventListener("click", () => {
  $("notice").hidden = true;
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape") $("notice").hidden = true;
});
scroll.addEventListener("scroll", () => {
  if (isAtEnd()) $("newest").hidden = true;
});
$("people").addEventListener("change", (event) => {
  if (event.target instanceof HTMLInputElement) sit({ as: event.target.value });
});
for (const list of [$("channels"), $("direct")])
  list.addEventListener("click", (event) => {
    const channel = closest(event, "[data-channel]")?.dataset.channel;
    if (channel) sit({ channel });
  });

$("rows").addEventListener("click", (event) => {
  const key = closest(event, "[data-key]")?.dataset.key ?? "";
  const link = closest(event, "[data-outside]");
  const button = closest(event, "[data-control]");
  if (link) {
    event.preventDefault();
    notice(`In Slack, this link opens ${link.getAttribute("href")}`);
  } else if (closest(event, "[data-dismiss]")) act("dismiss", { key });
  else if (button) {
    const control = rows.get(key)?.controls[Number(button.dataset.control)];
    if (control?.options) openMenu(button, key, control);
    else if (control) press(key, control);
  }
});

/** @param {Event} event @param {string} selector @returns {HTMLElement | null} */
function closest(event, selector) {
  return event.target instanceof Element ? event.target.closest(selector) : null;
}

/** @param {string} key @param {Control} control @param {string} [option] */
function press(key, { blockId, actionId, label, url }, option) {
  if (url) notice(`In Slack, “${label}” opens ${url}`);
  act("press", { key, blockId, actionId, ...(option !== undefined && { option }) });
}

/** @param {HTMLElement} button @param {string} key @param {Control} control */
function openMenu(button, key, control) {
  document.querySelector(".menu")?.remove();
  const items = (control.options ?? []).map(({ label, value }) => {
    const item = element("button", { type: "button", role: "menuitem" }, [label]);
    item.addEventListener("click", () => {
      close();
      press(key, control, value);
    });
    return item;
  });
  const menu = element("div", { class: "menu", role: "menu", "aria-label": control.label }, items);
  const { left, bottom } = button.getBoundingClientRect();
  document.body.append(menu);
  menu.style.left = `${Math.min(left, innerWidth - menu.offsetWidth - 8)}px`;
  menu.style.top = `${Math.min(bottom + 4, innerHeight - menu.offsetHeight - 8)}px`;
  items[0]?.focus();

  const away = (/** @type {Event} */ event) => {
    if (!(event.target instanceof Node) || !menu.contains(event.target)) close();
  };
  function close() {
    menu.remove();
    document.removeEventListener("pointerdown", away);
    scroll.removeEventListener("scroll", close);
    button.focus();
  }
  document.addEventListener("pointerdown", away);
  scroll.addEventListener("scroll", close);
  menu.addEventListener("keydown", (event) => {
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) items.at((at + step) % items.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else return;
    event.preventDefault();
  });
}

// The blocks' stylesheet asks an attribute, not the browser, if it is dark.
const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => {
  document.documentElement.dataset.theme = dark.matches ? "dark" : "light";
};
dark.addEventListener("change", theme);
theme();
addEventListener("hashchange", connect);
connect();
