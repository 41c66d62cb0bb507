import { deepEqual } from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, type TestContext } from "node:test";
import type { App } from "@slack/bolt";
import express, { type Express } from "express";
import { type Browser, chromium, type Page } from "playwright-core";
import { deliveryFeed, mountPage, type PageOptions } from "../../demo/page/page.ts";
import { findChromium } from "../../scripts/chromium.mjs";
import { withApp } from "../stand-ins/slack/testing.ts";
import type { Block, SlackOptions } from "../stand-ins/slack.ts";

const executablePath = findChromium();
export const needsBrowser = { skip: executablePath ? false : "needs Chromium: npm test brings one" };

let browser: Browser;
before(async () => {
  if (!executablePath) return;
  const args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"];
  const quiet = ["--disable-background-networking", "--disable-component-update"];
  browser = await chromium.launch({ executablePath, args: [...args, ...quiet] });
});
after(() => browser?.close());

export type Looks = { colorScheme?: "dark"; height?: number; width?: number; at?: string };

/** A busy machine may take its time. */
const PATIENCE_MS = 60_000;

/** The demo's page on a web server, and a way to look at it. */
export async function pageOn(t: TestContext, options: PageOptions, web: Express = express()) {
  mountPage(web, options);
  const server = web.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const pages: Page[] = [];
  const troubles: string[] = [];
  t.after(async () => {
    await Promise.all(pages.map((page) => page.close())); // before the server: a lost connection is a trouble too
    server.close().closeAllConnections();
    deepEqual(troubles, []);
  });

  /** The page in a browser. Whatever a test does there, nothing may go wrong in it and nothing leave the machine. */
  async function open({ height = 800, width = 1280, at = "", ...looks }: Looks = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height }, ...looks });
    pages.push(page);
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") troubles.push(message.text());
    });
    page.on("pageerror", (error) => troubles.push(String(error)));
    page.on("dialog", (dialog) => troubles.push(dialog.message()));
    page.on("request", (request) => {
      if (!request.url().startsWith(url)) troubles.push(`asked ${request.url()}`);
    });
    await page.goto(url + at);
    await page.locator("#people").getByText("Zurich").waitFor();
    await settled(page);
    return page;
  }
  return { url, troubles, open };
}

/** A workspace with an app of a few lines behind a real Bolt, and the page on it. */
export async function appOnPage(t: TestContext, listen: (app: App) => void, more: SlackOptions = {}) {
  const world = await withApp(t, listen, { now: () => NOON, ...more });
  const { slack } = world;
  const clock = { now: () => NOON, speed: 1 };
  const shortcuts = [{ name: "Meetings today", callbackId: "meetings_today" }];
  return { ...world, ...(await pageOn(t, { slack, clock, feed: deliveryFeed(), shortcuts })) };
}

export const NOON = Date.parse("2026-11-24T12:00:00Z");

export const rows = (page: Page) => page.locator("#rows > li");
export const seen = async (page: Page, text: string) => {
  await page.locator("#rows").getByText(text).first().waitFor();
};
export const gone = (page: Page, text: string) =>
  page.locator("#rows").getByText(text).first().waitFor({ state: "detached" });
export const type = async (page: Page, text: string) => {
  await page.getByRole("textbox").fill(text);
  await page.keyboard.press("Enter");
};

/** Acts as somebody else from now on. */
export const actAs = async (page: Page, name: string) => {
  await page.getByRole("radio", { name }).check({ force: true });
  await settled(page);
};
/** What is seen is what was chosen last. */
export const settled = (page: Page) => page.locator("body:not([aria-busy])").waitFor();

export const words = (text: string) => ({ type: "plain_text" as const, text });
export const option = (text: string) => ({ text: words(text), value: text.toLowerCase() });
export const header = (text: string): Block => ({ type: "header", text: words(text) });
export const section = (text: string): Block => ({ type: "section", text: { type: "mrkdwn", text } });
