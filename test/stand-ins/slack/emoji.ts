/** The character of an emoji name; a name nobody here needs stays as it was typed. */
export function emoji(name: string): string {
  return EMOJI[name.replace(/::skin-tone-\d$/, "")] ?? `:${name}:`;
}

/** Emoji names inside words become characters, as Slack shows them. */
export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+(?:::skin-tone-[2-6])?):/g, (_, name: string) => emoji(name));
}

const EMOJI: Record<string, string> = {
  "+1": "👍",
  "-1": "👎",
  alarm_clock: "⏰",
  arrow_right: "➡️",
  arrows_counterclockwise: "🔄",
  bar_chart: "📊",
  bell: "🔔",
  black_circle: "⚫",
  bulb: "💡",
  busts_in_silhouette: "👥",
  calendar: "📆",
  chart_with_upwards_trend: "📈",
  clipboard: "📋",
  date: "📅",
  door: "🚪",
  eyes: "👀",
  gear: "⚙️",
  hourglass_flowing_sand: "⏳",
  information_source: "ℹ️",
  large_blue_circle: "🔵",
  large_green_circle: "🟢",
  large_orange_circle: "🟠",
  large_yellow_circle: "🟡",
  link: "🔗",
  memo: "📝",
  mute: "🔇",
  question: "❓",
  red_circle: "🔴",
  rotating_light: "🚨",
  speech_balloon: "💬",
  stopwatch: "⏱️",
  tada: "🎉",
  telephone_receiver: "📞",
  video_camera: "📹",
  warning: "⚠️",
  wave: "👋",
  white_check_mark: "✅",
  white_circle: "⚪",
  x: "❌",
};
