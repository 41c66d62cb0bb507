import { fileURLToPath } from "node:url";
import express, { type Express, type NextFunction, type Request, type Response } from "express";
import { z } from "zod";
import type { SlackStandIn } from "../../test/stand-ins/slack.ts";
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
};

/** Puts the demo's page on a web server: the workspace as its people see it, live, and usable. */
export function mountPage(app: Express, options: PageOptions): void {
  const { slack, onPlayAgain } = options;
  const page = express.Router();
  const guarded = (_request: Request, response: Response, next: NextFunction) => {
    response.set(HEADERS);
    next();
  };
  for (const [path, file] of Object.entries(FILES))
    page.get(path, guarded, (_request, response) => response.sendFile(file));
  page.get("/live", guarded, (request, response) => {
    const seat = Seat.safeParse(request.query);
    sendLive(seat.success ? seat.data : { as: "", channel: "" }, request, response, options);
  });
  page.get("/file/:id", guarded, (request, response) => sendFile(slack, request, response));

  page.use("/act", guarded, express.json({ limit: "64kb" }));
  page.post("/act/say", async (request, response) => {
    const { as, channel, text } = Say.parse(request.body);
    if (text.startsWith("/")) await slack.command({ userId: as, channelId: channel, text });
    else slack.say({ userId: as, channelId: channel, text: escaped(text) });
    response.json({});
  });
  page.post("/act/press", async (request, response) => {
    const { as, channel, key, option, ...control } = Press.parse(request.body);
    const where = key.startsWith("m") ? { messageTs: key.slice(1) } : { ephemeralId: key.slice(1) };
    const which = { ...control, ...(option !== undefined && { option }) };
    await slack.press({ userId: as, channelId: channel, ...which, ...where });
    response.json({});
  });
  page.post("/act/dismiss", (request, response) => {
    const { key } = Dismiss.parse(request.body);
    slack.dismiss(key.slice(1));
    response.json({});
  });
  page.post("/act/again", async (request, response) => {
    z.object({}).parse(request.body); // JSON only, which no other site can send here
    await onPlayAgain?.();
    response.json({});
  });
  page.use("/act", (error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const because = error instanceof z.ZodError ? "That was not understood." : String((error as Error).message);
    response.status(400).json({ because });
  });
  app.use(page);
}

const Seat = z.object({ as: z.string().max(50), channel: z.string().max(50) });
const Say = Seat.extend({ text: z.string().trim().min(1).max(4000) });
const Press = Seat.extend({
  key: z.string().max(50),
  blockId: z.string().max(255),
  actionId: z.string().max(255),
  option: z.string().max(150).optional(),
});
const Dismiss = z.object({ key: z.string().max(50) });

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const FILES = {
  "/": here("./index.html"),
  "/page.js": here("./page.js"),
  "/page.css": here("./page.css"),
  "/icon.svg": here("./icon.svg"),
  "/blocks.css": fileURLToPath(import.meta.resolve("slack-blocks-to-jsx/dist/style.css")),
};

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
