import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { z } from "zod";
import type { SlackStandIn } from "../../test/stand-ins/slack.ts";
import { actRoutes } from "./acts.ts";
import type { DeliveryFeed } from "./feed.ts";
import { sendFile } from "./files.ts";
import { sendLive } from "./live.ts";

export { type Delivery, type DeliveryFeed, type DeliveryTag, deliveryFeed } from "./feed.ts";

export type PageOptions = {
  slack: SlackStandIn;
  clock: { now(): number; speed: number };
  feed: DeliveryFeed;
  /** A line on how the day goes; asked for every second. */
  status?: () => string;
  /** Without it there is no button to play the day again. */
  onPlayAgain?: () => void | Promise<void>;
  workspaceName?: string;
  /** The app's global shortcuts, as its settings at Slack name them. */
  shortcuts?: { name: string; callbackId: string }[];
};

/** Puts the demo's page on a web server: the workspace as its people see it, live, and usable. */
export function mountPage(app: Express, options: PageOptions): void {
  const { slack } = options;
  for (const { id } of slack.users) slack.directMessageWith(id); // who uses an app has it in the sidebar
  const page = express.Router();
  const guarded = (_request: Request, response: Response, next: NextFunction) => {
    response.set(HEADERS);
    next();
  };
  for (const [path, file] of Object.entries(FILES))
    page.get(path, guarded, (_request, response) => response.sendFile(file));
  page.get("/blocks.css", guarded, (_request, response) => void response.type("css").send(BLOCKS_CSS));
  page.get("/live", guarded, (request, response) => {
    const seat = Seat.safeParse(request.query);
    sendLive(seat.success ? seat.data : Seat.parse({}), request, response, options);
  });
  page.get("/file/:id", guarded, (request, response) => sendFile(slack, request, response));

  page.use("/act", guarded, actRoutes(options));
  app.use(page);
}

const Word = z.string().max(50).default("");
const Seat = z.object({ as: Word, channel: Word, tab: Word, thread: Word });

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const SCRIPTS = ["page.js", "act.js", "dom.js", "menu.js", "rows.js", "theme.js", "views.js"];
const STYLES = ["page.css", "views.css"];
const FILES: Record<string, string> = Object.fromEntries([
  ["/", here("./index.html")],
  ...[...SCRIPTS, ...STYLES, "icon.svg"].map((name) => [`/${name}`, here(`./${name}`)] as const),
]);
/** The library's styles ask for an id, but a page has its blocks in many places. What they weigh stays the same. */
const BLOCKS_CSS = readFileSync(
  fileURLToPath(import.meta.resolve("slack-blocks-to-jsx/dist/style.css")),
  "utf8",
).replaceAll("#slack_blocks_to_jsx", ":is(.slack_blocks_to_jsx, #_)");

const HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'", // the library indents lists with style attributes
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
};
