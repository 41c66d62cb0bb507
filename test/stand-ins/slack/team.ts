import { Router } from "express";
import { callDesk } from "./answer-calls.ts";
import type { SlackApp } from "./app.ts";
import type { Deliver } from "./deliver.ts";
import { eventDesk } from "./events.ts";
import type { Fault } from "./faults.ts";
import { fileRoutes } from "./file-routes.ts";
import { fileStore, type StoredFile } from "./file-store.ts";
import { isInChannel } from "./methods/json.ts";
import { type Asked, type Commanding, type Pressing, peopleOf } from "./people.ts";
import { peopleInChannels } from "./people-in-channels.ts";
import { peopleInViews } from "./people-in-views.ts";
import { answerDesk } from "./response-urls.ts";
import { type SeenFile, type SeenMessage, type SeenView, type SeenWhisper, seenIn } from "./seen.ts";
import { triggerDesk } from "./triggers.ts";
import { until } from "./until.ts";
import { viewStore } from "./views/view-store.ts";
import {
  type Bot,
  type Channel,
  type Installation,
  type Message,
  openWorkspace,
  type Person,
  type Team,
} from "./workspace.ts";

export type TeamOptions = {
  app: SlackApp;
  team: Team;
  bot: Bot;
  users: Person[];
  channels: Channel[];
  installation: Installation;
  now: () => number;
  isLimited: boolean;
  latencyMs: () => number;
  triggerLivesMs: number;
  /** How the app hears of what happens here. */
  deliver: Deliver;
  wantsEvent: (type: string) => boolean;
  retriesAfterMs: readonly number[];
  /** Where this workspace's own addresses begin: those for answers, uploads and downloads. */
  url: string;
};

/** One workspace with our app in it: what a test may do and see there, and how its HTTP requests are answered. */
export function openTeam({ app, team, bot, users, channels, installation, deliver, url, ...options }: TeamOptions) {
  const address = (path: string) => url + path;
  const files = fileStore(address);
  const workspace = openWorkspace({ team, bot, people: users, channels, files, now: options.now });
  const answers = answerDesk(workspace, address);
  const views = viewStore(workspace);
  const triggers = triggerDesk(options.triggerLivesMs);
  const events = eventDesk({
    ...{ workspace, deliver },
    wants: options.wantsEvent,
    retriesAfterMs: options.retriesAfterMs,
  });
  const { answer, calls, faults } = callDesk({
    ...{ app, workspace, installation, views, triggers, events },
    isLimited: options.isLimited,
    latencyMs: options.latencyMs,
  });
  const people = peopleOf({ workspace, answers, triggers, deliver });
  const inViews = peopleInViews({ workspace, views, triggers, answers, deliver });
  const inChannels = peopleInChannels({ workspace, installation, views, events });
  const seen = seenIn(workspace);

  const mayRead = (token: string | undefined) =>
    token === installation.botToken && installation.state === "active" && installation.scopes.has("files:read");
  const routes = Router();
  routes.use(fileRoutes({ files, mayRead, signIn: address("signin") }));
  routes.get("/signin", (_request, response) => void response.type("html").send("<title>Sign in to Slack</title>"));
  routes.use(answers.routes);

  const withPlain = (asked: Asked) => ({
    ...asked,
    answers: () => asked.answers().map((said) => ("id" in said ? seen.whisper(said) : seen.message(said))),
  });

  const surface = {
    team,
    bot,
    /** The token the app has here, or had. */
    get botToken(): string {
      return installation.botToken;
    },
    users: workspace.people as readonly Person[],
    channels: workspace.channels as readonly Channel[],
    names: workspace.names as Readonly<Record<string, string>>,
    calls: calls as readonly (typeof calls)[number][],
    /** What may be different from one workspace to the next: change what you get. */
    settings: workspace.settings,

    /** The messages of a channel in order, as somebody in this time zone reads them. Replies are in their thread. */
    visible(channelId: string, { timeZone = "UTC" } = {}): SeenMessage[] {
      return workspace
        .messagesIn(channelId)
        .filter(isInChannel)
        .map((message) => seen.message(message, timeZone));
    },
    replies(channelId: string, ts: string, { timeZone = "UTC" } = {}): SeenMessage[] {
      const isReply = ({ threadTs }: Message) => threadTs === ts;
      return workspace
        .messagesIn(channelId)
        .filter(isReply)
        .map((message) => seen.message(message, timeZone));
    },
    /** The files people see in a channel or direct message, in order. */
    files: (channelId: string): SeenFile[] => workspace.messagesIn(channelId).flatMap(seen.files),
    /** A file that blocks may show, also one that was never sent to a channel. */
    file: (id: string): StoredFile | undefined => files.file(id),
    /** Slack takes its time with each new file, so that no block can show it yet, until what it returns is called. */
    holdFiles: (): (() => void) => files.hold(),
    /** What only this person sees in the channel. */
    ephemeral(userId: string, channelId: string, { timeZone = "UTC" } = {}): SeenWhisper[] {
      return workspace.whispersTo(userId, channelId).map((whisper) => seen.whisper(whisper, timeZone));
    },
    /** Also how a channel with the app gets archived, renamed or left: change what you get. */
    channel(channelId: string): Channel {
      const channel = workspace.channels.find(({ id }) => id === channelId);
      if (!channel) throw new Error(`no channel ${channelId}`);
      return channel;
    },
    directMessageWith: (userId: string): Channel => workspace.directMessageWith(userId),

    say({ userId, channelId, text, threadTs }: Commanding & { threadTs?: string }): SeenMessage {
      return seen.message(workspace.post({ userId, channelId, text, threadTs, blocks: [] }));
    },
    deleteByPerson(channelId: string, ts: string): void {
      const message = workspace.message(channelId, ts);
      if (message) workspace.remove(message);
    },
    dismiss(ephemeralId: string): void {
      const whisper = workspace.whisperWith(ephemeralId);
      if (whisper) workspace.dismiss(whisper);
    },
    /** Types a command, as "/meetings today", and returns when the app has acknowledged it, or failed to. */
    command: async (commanding: Commanding) => withPlain(await people.command(commanding)),
    press: async (pressing: Pressing) => withPlain(await people.press(pressing)),

    /** The modals somebody has open; the last is in front. */
    modals: (userId: string): SeenView[] => views.modals(userId).map((open) => seen.view(open)),
    modal: (userId: string): SeenView | undefined => surface.modals(userId).at(-1),
    /** What somebody sees in the app's Home tab, if the app has published anything for them. */
    home(userId: string, { timeZone = "UTC" } = {}): SeenView | undefined {
      const open = views.home(userId);
      return open && seen.view(open, timeZone);
    },
    /** Types into or chooses from what is in the modal in front of somebody, or in their Home tab if there is none. */
    fill: inViews.fill,
    pressInView: inViews.press,
    suggestions: inViews.suggestions,
    submit: inViews.submit,
    closeModal: inViews.close,

    /** Chooses one of the app's shortcuts, in the search bar or for a message. */
    shortcut: people.shortcut,
    messageShortcut: async (choosing: Parameters<typeof people.messageShortcut>[0]) =>
      withPlain(await people.messageShortcut(choosing)),

    ...inChannels,
    /** The token is taken back, or the app taken out, and nobody tells it. `uninstall` is the way with events. */
    endInstallation(how: "revoked" | "uninstalled" = "uninstalled"): void {
      installation.state = how;
    },

    /** Lets coming calls go wrong. What it returns calls it off. */
    fail: (fault: Fault): (() => void) => faults.add(fault),
    mend: (): void => faults.mend(),

    onChange: workspace.onChange,
    /** Waits until something is seen that makes `look` true, and returns it. */
    until: <T>(look: () => T, { timeoutMs = 60_000 } = {}) => until(look, { ...workspace, timeoutMs, inventory }),

    /** Forgets messages, calls and faults; people and channels stay. */
    clear(): void {
      calls.length = 0;
      faults.mend();
      workspace.clear();
      views.clear();
    },
  };

  function inventory(): string {
    const inChannels = workspace.channels.map(({ id, name }) =>
      [`#${name}:`, ...surface.visible(id).map(({ plain }) => plain)].join("\n"),
    );
    const lastCalls = calls
      .slice(-5)
      .map(({ method, channel, error }) => `${method} ${channel ?? ""} ${error ?? "ok"}`);
    return ["What there is:", ...inChannels, "Last calls:", ...lastCalls].join("\n");
  }

  return { surface, installation, answer, routes, tell: workspace.tell, close: events.close };
}
