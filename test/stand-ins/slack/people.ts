import { createHmac, randomBytes } from "node:crypto";
import type { Interactive } from "./check-blocks.ts";
import { messageJson } from "./methods/json.ts";
import { parseJson } from "./read-call.ts";
import type { AnswerDesk, Origin } from "./response-urls.ts";
import {
  BOT,
  type Channel,
  type Content,
  type Message,
  type Person,
  TEAM,
  type Whisper,
  type Workspace,
} from "./workspace.ts";

export type Asked = {
  /** What the app answered at once; 0 if it did not, or not within Slack's 3 seconds. */
  status: number;
  /** The acknowledgement: JSON if it was JSON, else its text. */
  body: unknown;
  acknowledgedInMs: number;
  /** All the app has said to this so far, as messages: in the acknowledgement and to the response_url. */
  answers(): (Message | Whisper)[];
};

export type Commanding = { userId: string; channelId: string; text: string };
export type Pressing = {
  userId: string;
  channelId: string;
  actionId: string;
  /** Which one, if several blocks have the action. */
  blockId?: string;
  /** Which option of a menu. */
  option?: string;
} & ({ messageTs: string } | { ephemeralId: string });

type Options = {
  workspace: Workspace;
  answers: AnswerDesk;
  signingSecret: string;
  commandUrl: () => string | undefined;
  patienceMs: number;
  /** The time that requests are signed with. */
  signedAt: () => number;
};

/** What people do in Slack that reaches an app: typing commands and pressing buttons. */
export function peopleOf({ workspace, answers, signingSecret, commandUrl, patienceMs, signedAt }: Options) {
  function inChannel(userId: string, channelId: string): { person: Person; channel: Channel } {
    const person = workspace.people.find(({ id }) => id === userId);
    const channel = workspace.channels.find(({ id }) => id === channelId);
    if (!person || !channel?.members.includes(userId)) throw new Error(`${userId} is not in ${channelId}`);
    return { person, channel };
  }

  async function send(fields: Record<string, string>, origin: Origin, complaint: string): Promise<Asked> {
    const responseUrl = answers.open(origin);
    const sent = await post(fields, responseUrl.url);
    const failure = sent.status === 200 ? responseUrl.acknowledge(sent.body) : sent.because;
    if (failure) complain(origin, `${complaint} failed because ${failure}.`);
    return { status: sent.status, body: sent.body, acknowledgedInMs: sent.tookMs, answers: responseUrl.answers };
  }

  async function post(fields: Record<string, string>, responseUrl: string) {
    const body = new URLSearchParams(withResponseUrl(fields, responseUrl)).toString();
    const startedAt = performance.now();
    const url = commandUrl();
    if (!url) throw new Error("nobody told the stand-in where the app listens: set commandUrl");
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: signed(body, signingSecret, Math.floor(signedAt() / 1000)),
        body,
        redirect: "error",
        signal: AbortSignal.timeout(patienceMs),
      });
      const text = await response.text();
      const because = `the app answered ${response.status}`;
      return { status: response.status, body: parseJson(text) ?? text, because, tookMs: performance.now() - startedAt };
    } catch (error) {
      const timedOut = error instanceof Error && error.name === "TimeoutError";
      const because = timedOut ? "the app did not respond" : "the app could not be reached";
      return { status: 0, body: undefined, because, tookMs: performance.now() - startedAt };
    }
  }

  function complain({ userId, channelId }: Origin, text: string): void {
    workspace.whisper({ userId, channelId, from: "slackbot", text, blocks: [] });
  }

  return {
    command({ userId, channelId, text }: Commanding): Promise<Asked> {
      const { person, channel } = inChannel(userId, channelId);
      const [, command = "/meetings", words = ""] = /^(\/\S+)?\s*([\s\S]*)$/.exec(text) ?? [];
      const fields = {
        token: "legacy-verification-token",
        team_id: TEAM.id,
        team_domain: TEAM.domain,
        channel_id: channel.id,
        channel_name: { public: channel.name, private: "privategroup", direct: "directmessage" }[channel.kind],
        user_id: person.id,
        user_name: person.name,
        command,
        text: escaped(words.trim(), workspace),
        api_app_id: BOT.appId,
        is_enterprise_install: "false",
        trigger_id: triggerId(),
      };
      return send(fields, { userId, channelId, source: undefined }, command);
    },

    press(pressing: Pressing): Promise<Asked> {
      const { userId, channelId } = pressing;
      const { person, channel } = inChannel(userId, channelId);
      const source =
        "messageTs" in pressing
          ? workspace.message(channelId, pressing.messageTs)
          : workspace.whispersTo(userId, channelId).find(({ id }) => id === pressing.ephemeralId);
      if (!source) throw new Error(`${userId} sees no such message in ${channelId}`);
      const { element, blockId } = findControl(source, pressing);
      const isEphemeral = "ephemeralId" in pressing;
      const payload = {
        type: "block_actions",
        user: { id: person.id, username: person.name, name: person.name, team_id: TEAM.id },
        api_app_id: BOT.appId,
        token: "legacy-verification-token",
        container: { type: "message", message_ts: source.ts, channel_id: channelId, is_ephemeral: isEphemeral },
        trigger_id: triggerId(),
        team: TEAM,
        enterprise: null,
        is_enterprise_install: false,
        channel: { id: channel.id, name: channel.name },
        // Slack tells an app nothing of what an ephemeral message said.
        ...(!isEphemeral && { message: messageJson(source as Message, workspace) }),
        state: { values: {} },
        actions: [{ block_id: blockId, action_ts: String(Date.now() / 1000), ...pressed(element, pressing.option) }],
      };
      return send({ payload: JSON.stringify(payload) }, { userId, channelId, source }, "That");
    },
  };
}

/** The headers of a request from Slack. The time is the machine's: an app checks it against its own clock. */
export function signed(
  body: string,
  signingSecret: string,
  at = Math.floor(Date.now() / 1000),
): Record<string, string> {
  const hash = createHmac("sha256", signingSecret).update(`v0:${at}:${body}`).digest("hex");
  return {
    "Content-Type": "application/x-www-form-urlencoded",
    "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
    "X-Slack-Request-Timestamp": String(at),
    "X-Slack-Signature": `v0=${hash}`,
  };
}

function withResponseUrl(fields: Record<string, string>, responseUrl: string): Record<string, string> {
  if (!fields.payload) return { ...fields, response_url: responseUrl };
  return { payload: JSON.stringify({ ...JSON.parse(fields.payload), response_url: responseUrl }) };
}

const triggerId = () => `${Date.now()}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString("hex")}`;

/** Typed words as a command with `should_escape` brings them: entities, and ids for people and channels we know. */
function escaped(words: string, { people, channels }: Workspace): string {
  return words
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/(?<!\S)@([\w.-]+)/g, (typed, name: string) => {
      const person = people.find((person) => person.name === name);
      return person ? `<@${person.id}|${name}>` : typed;
    })
    .replace(/(?<!\S)#([\w-]+)/g, (typed, name: string) => {
      const channel = channels.find((channel) => channel.name === name);
      return channel ? `<#${channel.id}|${channel.kind === "public" ? name : ""}>` : typed;
    });
}

type Named = Interactive & { action_id?: string | undefined };

function findControl({ blocks }: Content, { actionId, blockId }: Pressing): { element: Named; blockId: string } {
  for (const block of blocks) {
    if (blockId !== undefined && block.block_id !== blockId) continue;
    const controls: Named[] =
      block.type === "actions"
        ? block.elements
        : block.type === "section" && block.accessory && block.accessory.type !== "image"
          ? [block.accessory]
          : [];
    const element = controls.find(({ action_id }) => action_id === actionId);
    if (element) return { element, blockId: block.block_id ?? "" };
  }
  throw new Error(`no ${actionId} to press there`);
}

function pressed(element: Named, value: string | undefined) {
  const { type, action_id } = element;
  if (element.type === "button") {
    const { text, value, style, url } = element;
    return {
      type,
      action_id,
      text,
      ...(value !== undefined && { value }),
      ...(style && { style }),
      ...(url && { url }),
    };
  }
  const option = element.options.find((option) => option.value === value);
  if (!option) throw new Error(`${action_id} has no option ${value}`);
  return { type, action_id, selected_option: { text: option.text, value: option.value } };
}
