import express, { type NextFunction, type Request, type Response, type Router } from "express";
import { z } from "zod";
import type { SlackStandIn } from "../../test/stand-ins/slack.ts";
import type { PageOptions } from "./page.ts";

/** What the page's people do. JSON only, which no other site can send here; nonsense is answered with a reason. */
export function actRoutes({ slack, onPlayAgain }: PageOptions): Router {
  const acts = express.Router();
  acts.use(express.json({ limit: "64kb" }));
  const on = (what: string, act: (body: unknown) => unknown) =>
    acts.post(`/${what}`, async (request, response) => {
      response.json((await act(request.body)) ?? {});
    });

  on("say", async (body) => {
    const { as, channel, text, thread } = Say.parse(body);
    if (INVITE.test(text)) return invite(slack, channel, as);
    const isCommand = text.startsWith("/");
    if (isCommand && thread) throw new Error(`${text.split(/\s/)[0]} is not supported in threads. Sorry!`);
    if (isCommand) await slack.command({ userId: as, channelId: channel, text });
    else slack.say({ userId: as, channelId: channel, text: escaped(text), ...(thread && { threadTs: thread }) });
  });
  on("press", async (body) => {
    const { as, channel, key, option, ...control } = Press.parse(body);
    const where = key.startsWith("m") ? { messageTs: key.slice(1) } : { ephemeralId: key.slice(1) };
    const which = { ...control, ...(option !== undefined && { option }) };
    await slack.press({ userId: as, channelId: channel, ...which, ...where });
  });
  on("dismiss", (body) => slack.dismiss(Dismiss.parse(body).key.slice(1)));
  on("again", async (body) => {
    z.object({}).parse(body);
    await onPlayAgain?.();
  });

  on("open", (body) => {
    const { as, tab } = Open.parse(body);
    if (!slack.users.some(({ id }) => id === as)) throw new Error(`nobody is called ${as}`);
    slack.openApp(as, tab).catch(() => {}); // an app that does not hear of it is told again for minutes
  });
  on("shortcut", async (body) => {
    const { as, callbackId } = Shortcut.parse(body);
    const { status, because } = await slack.shortcut({ userId: as, callbackId });
    if (status !== 200) throw new Error(`That failed because ${because}.`);
  });

  on("view/fill", async (body) => {
    const { entry, isTyping, ...where } = Fill.parse(body);
    await slack.fill(inView(where, slack), entry, { isTyping });
  });
  on("view/press", async (body) => {
    const { option, ...where } = PressInView.parse(body);
    await slack.pressInView({ ...inView(where, slack), ...(option !== undefined && { option }) });
  });
  on("view/search", async (body) => {
    const { words, ...where } = Search.parse(body);
    await slack.suggestions(inView(where, slack), words);
  });
  on("view/submit", async (body) => {
    const where = InView.parse(body);
    inView(where, slack);
    await slack.submit(where.as).catch((error: Error) => {
      if (!error.message.startsWith("required:")) throw error; // that is said at the fields themselves
    });
  });
  on("view/close", async (body) => {
    const { isAll, ...where } = Close.parse(body);
    inView(where, slack);
    await slack.closeModal(where.as, { all: isAll });
  });

  acts.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const because = error instanceof z.ZodError ? "That was not understood." : String((error as Error).message);
    response.status(400).json({ because });
  });
  return acts;
}

/** Slack's own command: our refusals and forms tell people to type it. */
const INVITE = /^\/invite\s+@?meetings$/i;

async function invite(slack: SlackStandIn, channel: string, by: string): Promise<void> {
  if (slack.channels.find(({ id }) => id === channel)?.kind === "direct") throw new Error("Nobody can be added here.");
  await slack.inviteApp(channel, by);
}

/** The control, if its view is still the one in front of the person. */
function inView<W extends z.output<typeof InView>>({ as, view, ...which }: W, slack: SlackStandIn) {
  if ((slack.modal(as) ?? slack.home(as))?.id !== view) throw new Error("That is no longer there.");
  return { userId: as, ...which };
}

const Id = z.string().max(255);
const Person = z.object({ as: z.string().max(50) });
const Seat = Person.extend({ channel: z.string().max(50) });
const Say = Seat.extend({ text: z.string().trim().min(1).max(4000), thread: z.string().max(50).optional() });
const Control = { blockId: Id, actionId: Id };
const Press = Seat.extend({ key: z.string().max(50), ...Control, option: z.string().max(150).optional() });
const Dismiss = z.object({ key: z.string().max(50) });
const Open = Person.extend({ tab: z.enum(["home", "messages"]) });
const Shortcut = Person.extend({ callbackId: Id });
const InView = Person.extend({ view: z.string().max(50) });
const InControl = InView.extend(Control);
const Words = z.string().max(3000);
const Fill = InControl.extend({ entry: z.union([Words, z.array(Words).max(100), z.null()]), isTyping: z.boolean() });
const PressInView = InControl.extend({ option: z.string().max(150).optional() });
const Search = InControl.extend({ words: z.string().max(200) });
const Close = InView.extend({ isAll: z.boolean() });

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
