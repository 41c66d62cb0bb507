import { isLinkable, type RichTextLeaf } from "./check-blocks.ts";
import { withEmoji } from "./emoji.ts";

type Style = Extract<RichTextLeaf, { type: "text" }>["style"];

/** Slack's markup as the same leaves a rich text is made of. What is no markup for Slack stays text. */
export function parseMrkdwn(text: string, style?: Style): RichTextLeaf[] {
  const found = MARKUP.exec(text);
  if (!found) return textLeaf(text, style);
  const { fence, code, token, bold, italic, strike } = found.groups ?? {};
  const leaves =
    token !== undefined
      ? [tokenLeaf(token, style)]
      : fence !== undefined || code !== undefined
        ? textLeaf(fence ?? code ?? "", { ...style, code: true })
        : parseMrkdwn(bold ?? italic ?? strike ?? "", {
            ...style,
            ...(bold !== undefined && { bold: true }),
            ...(italic !== undefined && { italic: true }),
            ...(strike !== undefined && { strike: true }),
          });
  const after = text.slice(found.index + found[0].length);
  return [...textLeaf(text.slice(0, found.index), style), ...leaves, ...parseMrkdwn(after, style)];
}

// A sign only counts beside a space or punctuation outside and something else inside; a <token> is never cut.
const around = (sign: string, name: string) =>
  `(?<![\\p{L}\\p{N}${sign}])[${sign}](?=\\S)(?<${name}>(?:<[^<>\\n]*>|[^${sign}\\n<])+)(?<=\\S)[${sign}](?![\\p{L}\\p{N}${sign}])`;
const MARKUP = new RegExp(
  [
    "```(?<fence>[^]+?)```",
    "`(?<code>[^`\\n]+)`",
    "<(?<token>[^<>\\n]+)>",
    around("*", "bold"),
    around("_", "italic"),
    around("~", "strike"),
  ].join("|"),
  "u",
);

function textLeaf(text: string, style: Style): RichTextLeaf[] {
  if (text === "") return [];
  const isCode = style?.code ?? false;
  return [{ type: "text", text: unescaped(isCode ? text : withEmoji(text)), ...(style && { style }) }];
}

function tokenLeaf(token: string, style: Style): RichTextLeaf {
  const [, head = "", label] = /^([^|]*)(?:\|(.*))?$/.exec(token) ?? [];
  const text = label === undefined ? undefined : unescaped(withEmoji(label));
  const styled = style ? { style } : {};
  const [kind, seconds = "", format = "", url] = head.split("^");
  if (kind === "!date") {
    const fallback = text ?? "";
    const isDate = /^\d+$/.test(seconds) && format !== "";
    if (!isDate) return { type: "text", text: fallback, ...styled };
    return { type: "date", timestamp: Number(seconds), format, fallback, ...(url && { url }), ...styled };
  }
  const [, range] = /^!(here|channel|everyone)$/.exec(head) ?? [];
  if (range) return { type: "broadcast", range: range as "here", ...styled };
  if (/^@[UW]/.test(head) && !text) return { type: "user", user_id: head.slice(1), ...styled };
  if (/^#[CGD]/.test(head) && !text) return { type: "channel", channel_id: head.slice(1), ...styled };
  if (/^[@#]/.test(head)) return { type: "text", text: `${head[0]}${text ?? head.slice(1)}`, ...styled };
  const link = unescaped(head);
  if (!isLinkable(link)) return { type: "text", text: text ?? link, ...styled };
  return { type: "link", url: link, text: text ?? link.replace(/^mailto:/, ""), ...styled };
}

const ENTITIES: Record<string, string> = { lt: "<", gt: ">", amp: "&" };
const unescaped = (text: string) => text.replace(/&(lt|gt|amp);/g, (_, name: string) => ENTITIES[name] ?? "");
