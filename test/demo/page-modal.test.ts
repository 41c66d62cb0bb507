import { deepEqual, equal, match, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import type { App } from "@slack/bolt";
import type { ModalView } from "@slack/web-api";
import type { Page } from "playwright-core";
import { eventually } from "../setup/machine.ts";
import { actAs, appOnPage, needsBrowser, option, section, type, words } from "./open-page.ts";

const HOSTILE = `<img src=x onerror="window.pwned=1"> *b* <!channel> ' " &amp;`;

const input = (id: string, element: object, more: object = {}) => ({
  ...{ type: "input", block_id: id, label: words(id), element: { action_id: id, ...element } },
  ...more,
});
const modal = (blocks: unknown[], more: Partial<ModalView> = {}): ModalView => ({
  ...{ type: "modal", callback_id: "settings", title: words("Settings"), submit: words("Save") },
  ...{ blocks: blocks as ModalView["blocks"], ...more },
});

/** An app that opens this modal when somebody types /meetings. */
const opens = (view: ModalView, listen: (app: App) => void = () => {}) => {
  return (app: App) => {
    app.command("/meetings", async ({ ack, body, client }) => {
      await ack();
      await client.views.open({ trigger_id: body.trigger_id, view });
    });
    listen(app);
  };
};
const dialog = (page: Page) => page.getByRole("dialog");
const asked = async (page: Page) => {
  await type(page, "/meetings");
  await dialog(page).waitFor();
};
const closed = (page: Page) => dialog(page).waitFor({ state: "detached" });

describe("a modal on the demo's page", needsBrowser, () => {
  test("has a field of each kind, and what was entered there reaches the app", async (t) => {
    let values: Record<string, Record<string, object>> = {};
    const days = ["Mon", "Tue", "Wed"].map(option);
    const placeholder = words("What it is about");
    const blocks = [
      section("Which *meetings*?"),
      input("Topic", { type: "plain_text_input", placeholder }, { hint: words("A word of it") }),
      input("Note", { type: "plain_text_input", multiline: true, initial_value: "as before" }, { optional: true }),
      input("Style", { type: "static_select", options: [option("Card"), option("Digest")], placeholder: words("How") }),
      input("Days", { type: "multi_static_select", options: days, initial_options: [option("Mon")] }),
      input("Post in", { type: "conversations_select", default_to_current_conversation: true }),
      input("Also in", { type: "multi_conversations_select" }),
      input("Lobby", { type: "channels_select" }),
      input("Host", { type: "users_select" }),
      input("Hosts", { type: "multi_users_select" }),
      input("Which", {
        type: "radio_buttons",
        options: [option("All"), option("Some")],
        initial_option: option("All"),
      }),
      input("Tell", {
        type: "checkboxes",
        options: [option("Start"), option("End")],
        initial_options: [option("End")],
      }),
      input("At", { type: "timepicker", initial_time: "18:00" }),
      input("From", { type: "datepicker" }),
      input("Least", { type: "number_input", is_decimal_allowed: false, min_value: "1", max_value: "50" }),
    ];
    const { open } = await appOnPage(
      t,
      opens(modal(blocks), (app) => {
        app.view("settings", async ({ ack, view }) => {
          values = view.state.values as unknown as typeof values;
          await ack();
        });
      }),
    );
    const page = await open();
    await asked(page);
    equal(await dialog(page).getByRole("heading").innerText(), "Settings");
    const field = (label: string) => dialog(page).getByLabel(label, { exact: true });
    const group = (label: string) => dialog(page).getByRole("group", { name: label, exact: true });
    equal(await field("Topic").getAttribute("placeholder"), "What it is about");
    await dialog(page).getByText("A word of it").waitFor();
    equal(await field("Note (optional)").inputValue(), "as before");
    equal(await field("Style").inputValue(), "");
    equal(await field("Post in").evaluate((list: HTMLSelectElement) => list.selectedOptions[0]?.text), "# general");
    equal(await field("At").inputValue(), "18:00");
    ok(await dialog(page).getByLabel("End").isChecked());
    match(await group("Days").innerText(), /^Mon/);

    await field("Topic").fill("retro");
    await field("Note (optional)").fill("two\nlines");
    await field("Style").selectOption("Digest");
    await group("Days").locator("summary").click();
    await group("Days").getByLabel("Tue").check();
    await group("Also in").locator("summary").click();
    await group("Also in").getByLabel("hidden").check();
    await field("Lobby").selectOption("# lobby");
    await field("Host").selectOption("Bob Brown");
    await group("Hosts").locator("summary").click();
    await group("Hosts").getByLabel("Alice Ng").check();
    await dialog(page).getByLabel("Some").check();
    await dialog(page).getByLabel("Start").check();
    await field("At").fill("09:30");
    await field("From").fill("2026-12-01");
    await field("Least").fill("3");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await closed(page);

    const [told] = [Object.entries(values).map(([id, inner]) => [id, entered(inner[id] ?? {})])];
    deepEqual(Object.fromEntries(told), {
      Topic: "retro",
      Note: "two\nlines",
      Style: "digest",
      Days: ["mon", "tue"],
      "Post in": "C0GENERAL",
      "Also in": ["G0HIDDEN"],
      Lobby: "C0LOBBY",
      Host: "U0BOB",
      Hosts: ["U0ALICE"],
      Which: "some",
      Tell: ["start", "end"],
      At: "09:30",
      From: "2026-12-01",
      Least: "3",
    });
  });

  test("lists the channels that this person sees, also a private one without the app", async (t) => {
    const { open } = await appOnPage(t, opens(modal([input("Post in", { type: "conversations_select" })])));
    const page = await open();
    const listed = () => dialog(page).locator("option").allInnerTexts();
    await asked(page);
    deepEqual(await listed(), ["Choose", "# general", "🔒 board", "🔒 hidden", "# lobby", "meetings"]);
    await page.keyboard.press("Escape");
    await closed(page);
    await actAs(page, "Bob Brown");
    await asked(page);
    deepEqual(await listed(), ["Choose", "# general", "🔒 hidden", "# lobby", "meetings"]);
  });

  test("changes while somebody types, and keeps what they typed and where they are", async (t) => {
    const which = (some: boolean) => [
      input(
        "Which",
        { type: "radio_buttons", options: [option("All"), option("Some")] },
        { dispatch_action: true, optional: true },
      ),
      ...(some ? [input("Words", { type: "plain_text_input" }, { optional: true })] : []),
      input("Note", { type: "plain_text_input" }, { optional: true }),
    ];
    const typed: unknown[] = [];
    const answers: (() => Promise<unknown>)[] = [];
    const { open } = await appOnPage(
      t,
      opens(modal(which(false)), (app) => {
        app.action("Which", async ({ ack, body, client }) => {
          await ack();
          if (body.type !== "block_actions" || !body.view) return;
          typed.push(body.view.state.values.Note?.Note?.value);
          const { id: view_id } = body.view;
          answers.push(() => client.views.update({ view_id, view: modal(which(true)) }));
        });
        app.view("settings", async ({ ack, view }) => {
          typed.push(view.state.values.Note?.Note?.value);
          await ack();
        });
      }),
    );
    const page = await open();
    await asked(page);
    const note = dialog(page).getByLabel("Note (optional)");
    await note.fill("first");
    await dialog(page).getByLabel("Some").check();
    await note.focus();
    await page.keyboard.press("End");
    await page.keyboard.type(" second");
    const updated = dialog(page).getByLabel("Words (optional)");
    await eventually(() => answers.length > 0);
    await answers[0]?.();
    await updated.waitFor();
    await page.keyboard.type(", third");
    equal(await note.inputValue(), "first second, third");
    equal(await updated.inputValue(), "");
    await page.keyboard.press("Enter");
    await closed(page);
    deepEqual(typed, ["first", "first second, third"]);
  });

  test("says at a field what is wrong with it and stays, until all is right", async (t) => {
    const blocks = [
      input("Topic", { type: "plain_text_input" }),
      input("Least", { type: "number_input", is_decimal_allowed: false, max_value: "50" }, { optional: true }),
    ];
    const { open, slack, troubles } = await appOnPage(
      t,
      opens(modal(blocks), (app) => {
        app.view("settings", async ({ ack, view }) => {
          const isTaken = view.state.values.Topic?.Topic?.value === "taken";
          await (isTaken ? ack({ response_action: "errors", errors: { Topic: "There is one." } }) : ack());
        });
      }),
    );
    const page = await open();
    await asked(page);
    const topic = dialog(page).getByLabel("Topic");
    const save = async () => {
      await page.locator("dialog[open]:not([aria-busy])").waitFor(); // what was saved before has been answered
      await dialog(page).getByRole("button", { name: "Save" }).click();
    };
    await save();
    await dialog(page).getByText("Please complete this required field.").waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-invalid") === "true");
    await topic.fill("taken");
    await save();
    await dialog(page).getByText("There is one.").waitFor();
    equal(await topic.getAttribute("aria-invalid"), "true");
    equal(await topic.inputValue(), "taken");
    await topic.fill("free");
    await dialog(page).getByLabel("Least (optional)").fill("51");
    await save();
    await dialog(page).getByText("must be a whole number up to 50").waitFor();
    equal(slack.modals("U0ALICE").length, 1);
    await dialog(page).getByLabel("Least (optional)").fill("50");
    await save();
    await closed(page);
    ok(troubles.splice(0).every((trouble) => trouble.includes("400 (Bad Request)")));
  });

  test("closes with Escape, Cancel and its cross, and the app hears of it", async (t) => {
    const closings: boolean[] = [];
    const more = { notify_on_close: true };
    const { open } = await appOnPage(
      t,
      opens(modal([input("Topic", { type: "plain_text_input" }, { optional: true })], more), (app) => {
        app.view({ type: "view_closed", callback_id: "settings" }, async ({ ack, body }) => {
          closings.push((body as unknown as { is_cleared: boolean }).is_cleared);
          await ack();
        });
      }),
    );
    const page = await open();
    const ways = [
      () => page.keyboard.press("Escape"),
      () => dialog(page).getByRole("button", { name: "Cancel" }).click(),
      () => dialog(page).getByRole("button", { name: "Close", exact: true }).click(),
    ];
    for (const close of ways) {
      await asked(page);
      ok(await dialog(page).evaluate((open) => open.contains(document.activeElement)), "focus goes into it");
      for (let turn = 0; turn < 9; turn += 1) {
        await page.keyboard.press(turn < 5 ? "Tab" : "Shift+Tab");
        ok(await dialog(page).evaluate((open) => open.contains(document.activeElement)), "and stays there");
      }
      await close();
      await closed(page);
      equal(await page.evaluate(() => document.activeElement?.id), "words");
    }
    await eventually(() => closings.length === 3);
    deepEqual(closings, [false, false, true]);
  });

  test("lies on another one, which is as it was when one comes back", async (t) => {
    const first = modal([
      input("Topic", { type: "plain_text_input" }),
      { type: "actions", elements: [{ type: "button", action_id: "more", text: words("More") }] },
    ]);
    const { open } = await appOnPage(
      t,
      opens(first, (app) => {
        app.action("more", async ({ ack, body, client }) => {
          await ack();
          if (body.type !== "block_actions") return;
          const view = modal([section("further")], { title: words("More"), callback_id: "more" });
          await client.views.push({ trigger_id: body.trigger_id, view });
        });
        app.view("more", async ({ ack }) => {
          await ack({ response_action: "update", view: modal([section("all of it")], { title: words("Updated") }) });
        });
        app.view("settings", ({ ack }) => ack({ response_action: "clear" }));
      }),
    );
    const page = await open();
    await asked(page);
    const back = async () => {
      await page.getByRole("dialog", { name: "Settings" }).waitFor();
      equal(await page.getByLabel("Topic").inputValue(), "retro");
    };
    await page.getByLabel("Topic").fill("retro");
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("dialog", { name: "More" }).getByText("further").waitFor();
    equal(await dialog(page).count(), 1, "only the one on top is seen");
    await page.keyboard.press("Escape");
    await back();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("button", { name: "Back" }).click();
    await back();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("dialog", { name: "More" }).getByRole("button", { name: "Save" }).click();
    await page.getByRole("dialog", { name: "Updated" }).getByText("all of it").waitFor();
    await page.getByRole("dialog", { name: "Updated" }).getByRole("button", { name: "Save" }).click();
    await closed(page);
  });

  test("offers what the app finds while somebody types", async (t) => {
    let chosen: unknown;
    const { open } = await appOnPage(
      t,
      opens(modal([input("Host", { type: "external_select", min_query_length: 2 })]), (app) => {
        app.options("Host", ({ ack, options }) => ack({ options: [option(`${options.value}ma`), option("Emil")] }));
        app.view("settings", async ({ ack, view }) => {
          chosen = view.state.values.Host?.Host?.selected_option?.value;
          await ack();
        });
      }),
    );
    const page = await open();
    await asked(page);
    await dialog(page).getByRole("searchbox", { name: "Search Host" }).pressSequentially("Em");
    await dialog(page).getByRole("radio", { name: "Emma" }).check();
    await dialog(page).getByRole("searchbox").fill("La");
    await dialog(page).getByRole("radio", { name: "Lama" }).waitFor();
    ok(await dialog(page).getByRole("radio", { name: "Emma" }).isChecked(), "what is chosen stays");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await closed(page);
    equal(chosen, "emma");
  });

  test("tells the app of typed words when Enter is pressed, and not before", async (t) => {
    const heard: unknown[] = [];
    const { open, slack } = await appOnPage(
      t,
      opens(modal([input("Topic", { type: "plain_text_input" }, { dispatch_action: true })]), (app) => {
        app.action("Topic", async ({ ack, action }) => {
          heard.push((action as { value?: string }).value);
          await ack();
        });
      }),
    );
    const page = await open();
    await asked(page);
    await dialog(page).getByLabel("Topic").fill("ret");
    await dialog(page).getByRole("button", { name: "Cancel" }).focus();
    await slack.until(() => slack.modal("U0ALICE")?.controls[0]?.entry === "ret");
    await dialog(page).getByLabel("Topic").fill("retro");
    await page.keyboard.press("Enter");
    await eventually(() => heard.length > 0);
    deepEqual(heard, ["retro"]);
    equal(slack.modals("U0ALICE").length, 1);
  });

  test("asks before it does what needs to be asked", async (t) => {
    let removed = 0;
    const confirm = {
      ...{ title: words("Remove it?"), text: { type: "mrkdwn", text: "From *all* channels." } },
      ...{ confirm: words("Remove"), deny: words("Keep"), style: "danger" },
    };
    const button = { type: "button", action_id: "remove", text: words("Remove"), confirm };
    const { open, slack } = await appOnPage(
      t,
      opens(modal([{ type: "actions", elements: [button] }]), (app) => {
        app.action("remove", async ({ ack }) => {
          removed += 1;
          await ack();
        });
      }),
    );
    const page = await open();
    await asked(page);
    const question = page.getByRole("dialog", { name: "Remove it?" });
    await dialog(page).getByRole("button", { name: "Remove" }).click();
    await question.getByText("From all channels.").waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    await dialog(page).getByRole("button", { name: "Remove" }).click();
    await question.getByRole("button", { name: "Keep" }).click();
    await question.waitFor({ state: "detached" });
    equal(removed, 0);
    await dialog(page).getByRole("button", { name: "Remove" }).click();
    await question.getByRole("button", { name: "Remove" }).click();
    await eventually(() => removed === 1);
    equal(slack.modals("U0ALICE").length, 1, "the modal itself stayed open all the time");
  });

  test("says so when the app does not answer", async (t) => {
    const { open, slack } = await appOnPage(t, opens(modal([section("anything")])));
    const page = await open();
    await asked(page);
    slack.commandUrl = "http://127.0.0.1:1/";
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await dialog(page).getByText("We had some trouble connecting. Try again?").waitFor();
  });

  test("shows hostile words as the words they are", async (t) => {
    const title = HOSTILE.slice(0, 24);
    const options = [{ text: words(HOSTILE.slice(0, 75)), value: "<b>" }];
    const blocks = [
      input("Which", { type: "radio_buttons", options }, { label: words(HOSTILE), hint: words(HOSTILE) }),
      input("Style", { type: "static_select", options, placeholder: words(HOSTILE) }),
      { type: "actions", elements: [{ type: "button", action_id: "<i>", text: words(HOSTILE) }] },
    ];
    const { open } = await appOnPage(t, opens(modal(blocks, { title: words(title), submit: words(title) })));
    const page = await open();
    await asked(page);
    equal(await dialog(page).getByRole("heading").innerText(), title.trim());
    equal(await dialog(page).locator(".label").first().innerText(), HOSTILE);
    equal(await dialog(page).locator(".hint").innerText(), HOSTILE);
    deepEqual(
      await page.evaluate(() => [Reflect.get(window, "pwned"), document.querySelectorAll("dialog img").length]),
      [undefined, 0],
    );
  });
});

/** What stands in an element's state, as somebody entered it. */
function entered(state: object): unknown {
  const [value] = Object.entries(state).flatMap(([key, kept]) => (key === "type" ? [] : [kept]));
  const one = (kept: unknown) => (typeof kept === "string" ? kept : (kept as { value: string }).value);
  return Array.isArray(value) ? value.map(one) : one(value);
}
