import { randomBytes } from "node:crypto";
import express, { Router } from "express";
import { z } from "zod";
import type { Block } from "./check-blocks.ts";
import { readBlocks } from "./content.ts";
import { parseJson } from "./read-call.ts";
import { Refused } from "./refused.ts";
import type { Message, Whisper, Workspace } from "./workspace.ts";

/** Who asked, where, and for a pressed button in which message. */
export type Origin = { userId: string; channelId: string; source: Message | Whisper | undefined };
export type AnswerDesk = ReturnType<typeof answerDesk>;

const MOST_USES = 5;
const LIFETIME_MS = 30 * 60_000;

/** The response_urls Slack hands out with commands and clicks, and what comes of answers sent to them. */
export function answerDesk(workspace: Workspace, url: (path: string) => string) {
  const open = new Map<string, { origin: Origin; uses: number; since: number; answers: (Message | Whisper)[] }>();

  const routes = Router();
  routes.post("/commands/:id", express.raw({ type: () => true, limit: "4mb" }), (request, response) => {
    const said = Buffer.isBuffer(request.body) ? parseJson(request.body.toString("utf8")) : undefined;
    const answer = receive(`commands/${request.params.id}`, said);
    response.status(answer.status).send(answer.body);
  });

  return {
    open(origin: Origin) {
      const path = `commands/${randomBytes(12).toString("hex")}`;
      const answers: (Message | Whisper)[] = [];
      open.set(path, { origin, uses: 0, since: performance.now(), answers });
      return {
        url: url(path),
        answers: () => [...answers],
        /** A command's acknowledgement may carry an answer: text, or JSON. Returns what was wrong with it. */
        acknowledge(body: unknown): string | undefined {
          if (origin.source) return undefined; // Slack does not read what comes back from a click
          const content = typeof body === "string" ? { text: body } : body;
          const answer = Answer.safeParse(content);
          if (!answer.success || (!answer.data.text && !answer.data.blocks)) return undefined;
          try {
            keep(answers, carryOut(answer.data, origin));
            return undefined;
          } catch (error) {
            if (error instanceof Refused) return error.error;
            throw error;
          }
        },
      };
    },

    routes,
  };

  /** What the app posts to a response_url later. */
  function receive(path: string, body: unknown): { status: number; body: string | Record<string, unknown> } {
    const entry = open.get(path);
    if (!entry || performance.now() - entry.since > LIFETIME_MS) return refused(404, "expired_url");
    if (entry.uses >= MOST_USES) return refused(404, "used_url");
    const answer = Answer.safeParse(body);
    if (!answer.success) return refused(400, "invalid_payload");
    try {
      keep(entry.answers, carryOut(answer.data, entry.origin));
    } catch (error) {
      if (error instanceof Refused) return refused(400, error.error, error.details);
      throw error;
    }
    entry.uses += 1;
    return { status: 200, body: "ok" };
  }

  function keep(answers: (Message | Whisper)[], said: (Message | Whisper)[]): void {
    answers.push(...said);
    workspace.tell({ kind: "answer" });
  }

  function carryOut(answer: Answer, { userId, channelId, source }: Origin): (Message | Whisper)[] {
    if (answer.delete_original) {
      if (source && "id" in source) workspace.dismiss(source);
      else if (source) workspace.remove(source);
      return [];
    }
    const blocks: Block[] = readBlocks(answer.blocks, workspace) ?? [];
    const content = { text: answer.text, blocks };
    if (answer.text === "" && blocks.length === 0) throw new Refused("no_text");
    if (answer.replace_original && source) {
      if ("id" in source) workspace.replaceWhisper(source, content);
      else workspace.edit(source, { ...content, isMarkedEdited: false });
      return [source];
    }
    if (answer.response_type === "in_channel")
      return [workspace.post({ channelId, userId: workspace.bot.userId, threadTs: answer.thread_ts, ...content })];
    return [workspace.whisper({ channelId, userId, from: "app", ...content })];
  }
}

const refused = (status: number, error: string, details: object = {}) => ({
  status,
  body: { ok: false, error, ...details },
});

type Answer = z.output<typeof Answer>;
const Answer = z.object({
  response_type: z.enum(["ephemeral", "in_channel"]).default("ephemeral"),
  text: z.string().default(""),
  blocks: z.unknown().optional(),
  replace_original: z.boolean().default(false),
  delete_original: z.boolean().default(false),
  thread_ts: z.string().optional(),
});
