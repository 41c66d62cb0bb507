import type { Block, Interactive } from "./check-blocks.ts";
import type { Deliver, Kind, Sent } from "./deliver.ts";
import { messageJson } from "./methods/json.ts";
import type { AnswerDesk, Origin } from "./response-urls.ts";
import type { Triggers } from "./triggers.ts";
import type { Channel, Content, Message, Person, Whisper, Workspace } from "./workspace.ts";

export { signed } from "./deliver.ts";

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
  triggers: Triggers;
  deliver: Deliver;
};

/** What people do in Slack that reaches an app: typing commands and pressing buttons. */
export function peopleOf({ workspace, answers, triggers, deliver }: Options) {
  const { team, bot } = workspace;

  function inChannel(userId: string, channelId: string): { person: Person; channel: Channel } {
    const person = workspace.people.find(({ id }) => id === userId);
    const channel = workspace.channels.find(({ id }) => id === channelId);
    if (!person || !channel?.members.includes(userId)) throw new Error(`${userId} is not in ${channelId}`);
    return { person, channel };
  }

  async function send(kind: Kind, content: object, origin: Origin, complaint: string): Promise<Asked> {
    const responseUrl = answers.open(origin);
    const sent = await deliver(kind, { ...content, response_url: responseUrl.url });
    const failure = sent.status === 200 ? responseUrl.acknowledge(sent.body) : sent.because;
    if (failure) complain(origin, `${complaint} failed because ${failure}.`);
    return { status: sent.status, body: sent.body, acknowledgedInMs: sent.tookMs, answers: responseUrl.answers };
  }

  function byPerson(userId: string, channelId?: string) {
    const person = workspace.people.find(({ id }) => id === userId);
    if (!person) throw new Error(`nobody is called ${userId}`);
    return {
      user: { id: person.id, username: person.name, name: person.name, team_id: team.id },
      api_app_id: bot.appId,
      token: "legacy-verification-token",
      trigger_id: triggers.give({ userId, channelId }),
      team,
      enterprise: null,
      is_enterprise_install: false,
    };
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
        team_id: team.id,
        team_domain: team.domain,
        channel_id: channel.id,
        channel_name: { public: channel.name, private: "privategroup", direct: "directmessage" }[channel.kind],
        user_id: person.id,
        user_name: person.name,
        command,
        text: escaped(words.trim(), workspace),
        api_app_id: bot.appId,
        is_enterprise_install: "false",
        trigger_id: triggers.give({ userId, channelId }),
      };
      return send("slash_commands", fields, { userId, channelId, source: undefined }, command);
    },

    /** A global shortcut knows no channel, so there is nowhere to answer to but a modal. */
    shortcut({ userId, callbackId }: { userId: string; callbackId: string }): Promise<Sent> {
      return deliver("interactive", {
        type: "shortcut",
        ...byPerson(userId),
        callback_id: callbackId,
        action_ts: now(),
      });
    },

    messageShortcut(choosing: { userId: string; channelId: string; messageTs: string; callbackId: string }) {
      const { userId, channelId, messageTs, callbackId } = choosing;
      const { channel } = inChannel(userId, channelId);
      const message = workspace.message(channelId, messageTs);
      if (!message) throw new Error(`no message ${messageTs} in ${channelId}`);
      const payload = {
        type: "message_action",
        ...byPerson(userId, channelId),
        callback_id: callbackId,
        action_ts: now(),
        channel: { id: channel.id, name: channel.name },
        message_ts: messageTs,
        message: messageJson(message, workspace),
      };
      return send("interactive", payload, { userId, channelId, source: message }, "That");
    },

    press(pressing: Pressing): Promise<Asked> {
      const { userId, channelId } = pressing;
      const { channel } = inChannel(userId, channelId);
      const source =
        "messageTs" in pressing
          ? workspace.message(channelId, pressing.messageTs)
          : workspace.whispersTo(userId, channelId).find(({ id }) => id === pressing.ephemeralId);
      if (!source) throw new Error(`${userId} sees no such message in ${channelId}`);
      const { element, blockId } = findControl(source, pressing);
      const isEphemeral = "ephemeralId" in pressing;
      const payload = {
        type: "block_actions",
        ...byPerson(userId, channelId),
        container: { type: "message", message_ts: source.ts, channel_id: channelId, is_ephemeral: isEphemeral },
        channel: { id: channel.id, name: channel.name },
        // Slack tells an app nothing of what an ephemeral message said.
        ...(!isEphemeral && { message: messageJson(source as Message, workspace) }),
        state: { values: {} },
        actions: [{ block_id: blockId, action_ts: now(), ...pressed(element, pressing.option) }],
      };
      return send("interactive", payload, { userId, channelId, source }, "That");
    },
  };
}

const now = () => String(Date.now() / 1000);

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

/**
 * The control that is pressed. Slack takes a press on a message that was edited a moment ago: its blocks may be named
 * anew since, so the only control of that name is meant.
 */
function findControl({ blocks }: Content, { actionId, blockId }: Pressing): { element: Named; blockId: string } {
  const all = blocks.flatMap((block) =>
    controlsOf(block).map((element) => ({ element, blockId: block.block_id ?? "" })),
  );
  const found = all.filter(({ element }) => element.action_id === actionId);
  const [first, ...others] = found;
  const meant = blockId === undefined ? first : found.find((one) => one.blockId === blockId);
  if (meant) return meant;
  if (first && others.length === 0) return first;
  throw new Error(`no ${actionId} to press there`);
}

function controlsOf(block: Block): Named[] {
  if (block.type === "actions") return block.elements;
  return block.type === "section" && block.accessory && block.accessory.type !== "image" ? [block.accessory] : [];
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
