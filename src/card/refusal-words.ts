/** Why a platform says no, for people who never saw its error, and what helps. */
export interface RefusalWords {
  sentence: string;
  remedy: string;
  /** Nobody has to do anything: cards go out later. What somebody asked for is not done later. */
  isPassing: boolean;
}

/** Slack's errors are explained at docs.slack.dev, chat.postMessage, "Errors". */
const WORDS = new Map<string, [sentence: string, remedy: string]>([
  [
    "channel_not_found",
    [
      "I cannot see this channel: it is private and I am not in it, or it is gone.",
      "Type /invite @meetings there, or choose another channel.",
    ],
  ],
  ["not_in_channel", ["I am not in this channel.", "Type /invite @meetings there."]],
  ["is_archived", ["This channel is archived.", "Unarchive it, or choose another channel."]],
  ["is_inactive", ["This channel is frozen.", "Ask an admin of the workspace, or choose another channel."]],
  [
    "restricted_action",
    ["Only some people may post in this channel.", "Let the app meetings post there too, or choose another channel."],
  ],
  [
    "restricted_action_read_only_channel",
    ["Nobody may post in this channel.", "Change who may post there, or choose another channel."],
  ],
  [
    "restricted_action_thread_only_channel",
    [
      "In this channel only replies to messages are allowed.",
      "Change that in its settings, or choose another channel.",
    ],
  ],
  [
    "restricted_action_non_threadable_channel",
    ["In this channel nobody may reply to messages.", "Switch threads off for it here, or allow them there."],
  ],
  [
    "its platform is not set up",
    ["The chat platform of this channel is not set up.", "Set it up again, or remove the channel."],
  ],
  ...["invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"].map(
    (because): [string, [string, string]] => [
      because,
      [
        "Slack does not accept our token any more.",
        "Install the app again and set SLACK_BOT_TOKEN to its Bot User OAuth Token. Cards catch up by themselves then.",
      ],
    ],
  ),
  ["missing_scope", ["The app lacks a permission in Slack.", "Update the app from manifest.yml and install it again."]],
  ...["org_login_required", "team_access_not_granted", "ekm_access_denied", "access_denied", "accesslimited"].map(
    (because): [string, [string, string]] => [
      because,
      ["The workspace does not let the app in.", "Ask an admin of the workspace to allow it."],
    ],
  ),
  ["ratelimited", ["Slack asks us to slow down.", "Nothing is to be done: it goes on by itself."]],
]);

/** In plain words what a refusal's `because` means. There are words for every one; of unknown ones it is quoted. */
export function refusalWords(because: string): RefusalWords {
  const isRestricted = because.startsWith("restricted_action"); // Slack has several, and may get more
  const known = WORDS.get(because) ?? (isRestricted ? WORDS.get("restricted_action") : undefined);
  const [sentence, remedy] = known ?? [`It does not work: ${because}.`, "It is tried again by itself."];
  return { sentence, remedy, isPassing: known === undefined || because === "ratelimited" };
}
