import { deepEqual, equal } from "node:assert/strict";
import { describe, test } from "node:test";
import type { App } from "@slack/bolt";
import type { HomeView } from "@slack/web-api";
import type { Page } from "playwright-core";
import { eventually } from "../setup/machine.ts";
import { BOT } from "../stand-ins/slack.ts";
import { actAs, appOnPage, needsBrowser, option, section, seen, words } from "./open-page.ts";

const button = (id: string) => ({ type: "button", action_id: id, text: words(id) });
const home = (...blocks: unknown[]) => ({ type: "home", blocks }) as HomeView;

/** An app that counts how often each person opened its Home tab, and shows it to them. */
const counts = (app: App) => {
  const opened: Record<string, number> = {};
  app.event("app_home_opened", async ({ event, client }) => {
    if (event.tab !== "home") return;
    opened[event.user] = (opened[event.user] ?? 0) + 1;
    const view = home(section(`<@${event.user}>, time ${opened[event.user]}`));
    await client.views.publish({ user_id: event.user, view });
  });
};
const theApp = (page: Page) => page.locator("#direct").getByRole("button", { name: BOT.name });
const tab = (page: Page, name: string) => page.getByRole("tab", { name });
const shown = (page: Page, text: string) => page.getByRole("tabpanel").getByText(text).waitFor();

describe("the app's Home tab on the demo's page", needsBrowser, () => {
  test("is told to the app each time somebody opens it, and shows what is published to them", async (t) => {
    const { open } = await appOnPage(t, counts);
    const page = await open();
    await theApp(page).click();
    await shown(page, "@Alice Ng, time 1");
    equal(await tab(page, "Home").getAttribute("aria-selected"), "true");
    await tab(page, "Messages").click();
    await page.getByText("What meetings has to say to you alone stands here.").waitFor();
    await tab(page, "Home").click();
    await shown(page, "@Alice Ng, time 2");
    await tab(page, "Home").click();
    await shown(page, "@Alice Ng, time 3");
    await actAs(page, "Bob Brown");
    await shown(page, "@Bob Brown, time 1");
    await page.reload();
    await shown(page, "@Bob Brown, time 2");
    await page.getByRole("button", { name: "general" }).click();
    await page.getByRole("tab").first().waitFor({ state: "hidden" });
    await theApp(page).click();
    await shown(page, "@Bob Brown, time 3");
    await page.keyboard.press("Tab");
    await tab(page, "Home").focus();
    await page.keyboard.press("ArrowRight");
    await page.getByText("What meetings has to say").waitFor();
    equal(await tab(page, "Messages").getAttribute("aria-selected"), "true");
  });

  test("has buttons, menus and fields that work, and follows what they change", async (t) => {
    const heard: unknown[] = [];
    const menu = { type: "overflow", action_id: "more", options: [option("Edit"), option("Remove")] };
    const zone = {
      ...{ type: "static_select", action_id: "zone", options: [option("UTC"), option("Mine")] },
      placeholder: words("Time zone"),
    };
    const tell = { type: "checkboxes", action_id: "tell", options: [option("Starts"), option("Ends")] };
    const people = { type: "multi_users_select", action_id: "people", placeholder: words("Whom to follow") };
    const view = (text: string) =>
      home(
        { type: "actions", block_id: "top", elements: [button("add"), zone] },
        { ...section(text), accessory: menu },
        { ...section("People"), block_id: "people", accessory: people },
        {
          type: "input",
          block_id: "tell",
          label: words("Tell me"),
          element: tell,
          dispatch_action: true,
          optional: true,
        },
      );
    const { open, client } = await appOnPage(t, (app) => {
      app.event("app_home_opened", async ({ event, client }) => {
        await client.views.publish({ user_id: event.user, view: view("nothing yet") });
      });
      app.action(/.*/, async ({ ack, action, body, client }) => {
        await ack();
        const { action_id, selected_option, selected_options, selected_users } = action as unknown as Record<
          string,
          { value: string }[] & { value: string }
        >;
        heard.push([
          action_id,
          selected_users ?? selected_options?.map(({ value }) => value) ?? selected_option?.value,
        ]);
        await client.views.publish({ user_id: body.user.id, view: view(`${action_id} was used`) });
      });
    });
    const page = await open();
    await theApp(page).click();
    await shown(page, "nothing yet");
    await page.getByRole("button", { name: "add" }).click();
    await shown(page, "add was used");
    await page.getByRole("button", { name: "More options" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await shown(page, "more was used");
    await page.getByLabel("Time zone").selectOption("Mine");
    await shown(page, "zone was used");
    await page.getByLabel("Ends").check();
    await shown(page, "tell was used");
    await page.getByRole("group", { name: "Whom to follow" }).locator("summary").click();
    await page.getByRole("group", { name: "Whom to follow" }).getByLabel("Bob Brown").check();
    await shown(page, "people was used");
    deepEqual(heard, [
      ["add", undefined],
      ["more", "remove"],
      ["zone", "mine"],
      ["tell", ["ends"]],
      ["people", ["U0BOB"]],
    ]);
    equal(await page.getByLabel("Time zone").inputValue(), "mine", "what was chosen stays");
    await client.views.publish({ user_id: "U0ALICE", view: home(section("published meanwhile")) });
    await shown(page, "published meanwhile");
  });

  test("says so where the app shows nothing, and is not there where it is switched off", async (t) => {
    const { open, slack } = await appOnPage(t, () => {});
    const page = await open();
    await theApp(page).click();
    await page.getByText("The app shows nothing here yet.").waitFor();
    slack.settings.hasHomeTab = false;
    await page.reload();
    await page.getByText("What meetings has to say").waitFor();
    equal(await tab(page, "Home").count(), 0);
  });

  test("is asked for again when the app was started anew", async (t) => {
    const { open, slack } = await appOnPage(t, counts);
    const page = await open();
    await theApp(page).click();
    await shown(page, "@Alice Ng, time 1");
    slack.clear();
    await page.getByText("The app shows nothing here yet.").waitFor();
    slack.commandUrl = `${slack.commandUrl}?started=anew`;
    await shown(page, "@Alice Ng, time 2");
  });

  test("lets somebody read first what the app has said to them", async (t) => {
    const { open, client, slack } = await appOnPage(t, counts);
    const page = await open();
    await client.chat.postMessage({ channel: slack.directMessageWith("U0ALICE").id, text: "your report" });
    await theApp(page).getByText("unread").waitFor({ state: "attached" });
    await theApp(page).click();
    await seen(page, "your report");
    await page.getByRole("button", { name: "general" }).click();
    await page.getByRole("heading", { name: "general" }).waitFor();
    await theApp(page).click();
    await shown(page, "@Alice Ng, time 1");
  });
});

describe("the app's shortcuts on the demo's page", needsBrowser, () => {
  test("are in a menu, and the app hears of the one that was chosen", async (t) => {
    const { open } = await appOnPage(t, (app) => {
      app.shortcut("meetings_today", async ({ ack, client, body }) => {
        await ack();
        const view = { type: "modal" as const, title: words("Today"), blocks: [section("one meeting") as never] };
        await client.views.open({ trigger_id: body.trigger_id, view });
      });
    });
    const page = await open();
    await page.getByRole("button", { name: "Shortcuts" }).focus();
    await page.keyboard.press("Enter");
    equal(await page.getByRole("menuitem").innerText(), "Meetings today");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Today" }).getByText("one meeting").waitFor();
  });

  test("say so when the app does not answer", async (t) => {
    const { open, slack, troubles } = await appOnPage(t, () => {});
    slack.commandUrl = "http://127.0.0.1:1/";
    const page = await open();
    await page.getByRole("button", { name: "Shortcuts" }).click();
    await page.getByRole("menuitem", { name: "Meetings today" }).click();
    await page.getByText("That failed because the app could not be reached.").waitFor();
    await eventually(() => troubles.splice(0).length === 1);
  });
});
