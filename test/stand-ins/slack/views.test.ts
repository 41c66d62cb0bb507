import { deepEqual, equal, match, rejects } from "node:assert/strict";
import { describe, test } from "node:test";
import type { App } from "@slack/bolt";
import type { ModalView } from "@slack/web-api";
import { BOARD, button, GENERAL, HIDDEN, LOBBY, refused, section, withApp, workspace } from "./testing.ts";

const text = (words: string) => ({ type: "plain_text" as const, text: words });
const option = (words: string) => ({ text: text(words), value: words.toLowerCase() });
const input = (id: string, element: object, more: object = {}) => ({
  ...{ type: "input", block_id: id, label: text(id), element: { action_id: id, ...element } },
  ...more,
});
const modal = (blocks: unknown[], more: Partial<ModalView> = {}): ModalView => ({
  ...{ type: "modal", callback_id: "subscribe", title: text("Add a channel"), submit: text("Save") },
  ...{ blocks: blocks as ModalView["blocks"], ...more },
});
const where = { userId: "U0ALICE", channelId: GENERAL };
const WHICH = input("Which", { type: "static_select", options: [option("All"), option("Some")] });
const TOPIC = input("Topic", { type: "plain_text_input", max_length: 10 }, { optional: true });

/** An app that opens this modal when somebody types /meetings. */
const opens = (view: ModalView) => (app: App) => {
  app.command("/meetings", async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: body.trigger_id, view });
  });
};
const ask = { ...where, text: "/meetings" };

describe("a modal", () => {
  test("is filled in and submitted, and goes when the app says nothing against it", async (t) => {
    let received: unknown;
    const { slack } = await withApp(t, (app) => {
      opens(modal([section("*New* channel"), WHICH, TOPIC], { private_metadata: "m1" }))(app);
      app.view("subscribe", async ({ ack, view, body }) => {
        received = [view.state.values, view.private_metadata, body.user.id, body.type];
        await ack();
      });
    });
    await slack.command(ask);
    equal(
      (await slack.until(() => slack.modal("U0ALICE"))).plain,
      "Add a channel\nNew channel\nWhich: \nTopic: \n[Cancel] [Save]",
    );
    equal(slack.modal("U0BOB"), undefined);
    await rejects(slack.submit("U0ALICE"), /required: Which/);
    deepEqual(slack.modal("U0ALICE")?.errors, { Which: "Please complete this required field." });
    await slack.fill({ userId: "U0ALICE", actionId: "Which" }, "some");
    await slack.fill({ userId: "U0ALICE", actionId: "Topic" }, "retro");
    match(slack.modal("U0ALICE")?.plain ?? "", /Which: Some\nTopic: retro\n/);
    equal((await slack.submit("U0ALICE")).status, 200);
    const values = {
      Which: { Which: { type: "static_select", selected_option: { text: text("Some"), value: "some" } } },
      Topic: { Topic: { type: "plain_text_input", value: "retro" } },
    };
    deepEqual(received, [values, "m1", "U0ALICE", "view_submission"]);
    equal(slack.modal("U0ALICE"), undefined);
  });

  test("tells the app what nobody touched too", async (t) => {
    let values: unknown;
    const { slack } = await withApp(t, (app) => {
      const here = { type: "conversations_select", default_to_current_conversation: true };
      opens(
        modal([
          input("Post in", here),
          input("Hosts", { type: "multi_users_select" }, { optional: true }),
          input("Digest", { type: "checkboxes", options: [option("Daily")], initial_options: [option("Daily")] }),
          input("At", { type: "timepicker", initial_time: "18:00" }),
          input("From", { type: "datepicker" }, { optional: true }),
        ]),
      )(app);
      app.view("subscribe", async ({ ack, view }) => {
        values = view.state.values;
        await ack();
      });
    });
    await slack.command(ask);
    await slack.until(() => slack.modal("U0ALICE"));
    await slack.submit("U0ALICE");
    deepEqual(values, {
      "Post in": { "Post in": { type: "conversations_select", selected_conversation: GENERAL } },
      Hosts: { Hosts: { type: "multi_users_select", selected_users: [] } },
      Digest: { Digest: { type: "checkboxes", selected_options: [option("Daily")] } },
      At: { At: { type: "timepicker", selected_time: "18:00" } },
      From: { From: { type: "datepicker", selected_date: null } },
    });
  });

  test("stays with what the app says is wrong, until that is changed", async (t) => {
    const { slack } = await withApp(t, (app) => {
      opens(modal([WHICH]))(app);
      app.view("subscribe", ({ ack }) => ack({ response_action: "errors", errors: { Which: "Not that one" } }));
    });
    await slack.command(ask);
    await slack.until(() => slack.modal("U0ALICE"));
    await slack.fill({ userId: "U0ALICE", actionId: "Which" }, "all");
    await slack.submit("U0ALICE");
    match(slack.modal("U0ALICE")?.plain ?? "", /Which: All\n! Not that one\n/);
    await slack.fill({ userId: "U0ALICE", actionId: "Which" }, "some");
    deepEqual(slack.modal("U0ALICE")?.errors, {});
  });

  test("says that there is trouble when the app answers nonsense, late or not at all", async (t) => {
    const answers = [
      { response_action: "errors", errors: { Nowhere: "x" } },
      { response_action: "update", view: { type: "modal", title: text(""), blocks: [] } },
      { response_action: "dance" },
    ];
    const { slack } = await withApp(t, (app) => {
      opens(modal([section("x")]))(app);
      app.view("subscribe", async ({ ack }) => {
        const answer = answers.shift();
        if (answer) await ack(answer as never);
        else throw new Error("crashed before it answered");
      });
    });
    await slack.command(ask);
    for (let turn = 0; turn < 4; turn += 1) {
      await slack.until(() => slack.modal("U0ALICE"));
      await slack.submit("U0ALICE");
      match(slack.modal("U0ALICE")?.plain ?? "", /! We had some trouble connecting. Try again\?/);
    }
  });

  test("is replaced, covered or cleared by the answer to it, at most three deep", async (t) => {
    let isTooDeep = false;
    const { slack } = await withApp(t, (app) => {
      opens(modal([section("first")]))(app);
      app.view("subscribe", ({ ack }) =>
        ack({ response_action: "push", view: modal([section("on top")], { callback_id: "more" }) }),
      );
      app.view("more", ({ ack }) =>
        ack({ response_action: "update", view: modal([section("new")], { callback_id: "new" }) }),
      );
      app.view("new", ({ ack }) =>
        ack({ response_action: "push", view: modal([section("third")], { callback_id: "end" }) }),
      );
      const fourth = { response_action: "push" as const, view: modal([section("fourth")]) };
      app.view("end", ({ ack }) => ack(isTooDeep ? { response_action: "clear" } : fourth));
    });
    const seen = () => slack.modals("U0ALICE").map(({ plain }) => plain.split("\n")[1]);
    await slack.command(ask);
    await slack.until(() => seen().length === 1);
    await slack.submit("U0ALICE");
    deepEqual(seen(), ["first", "on top"]);
    await slack.submit("U0ALICE");
    deepEqual(seen(), ["first", "new"]);
    await slack.submit("U0ALICE");
    deepEqual(seen(), ["first", "new", "third"]);
    await slack.submit("U0ALICE");
    deepEqual([seen().length, slack.modal("U0ALICE")?.trouble], [3, "We had some trouble connecting. Try again?"]);
    isTooDeep = true;
    await slack.submit("U0ALICE");
    deepEqual(seen(), []);
  });

  test("changes while somebody types, and keeps what they typed", async (t) => {
    const dispatching = { ...WHICH, dispatch_action: true };
    const { slack } = await withApp(t, (app) => {
      opens(modal([dispatching, TOPIC]))(app);
      app.action("Which", async ({ ack, body, client }) => {
        await ack();
        if (body.type !== "block_actions" || !body.view) return;
        const { id: view_id, hash } = body.view;
        await client.views.update({ view_id, hash, view: modal([dispatching, TOPIC, section("Which ones?")]) });
      });
    });
    await slack.command(ask);
    await slack.until(() => slack.modal("U0ALICE"));
    equal(await slack.fill({ userId: "U0ALICE", actionId: "Topic" }, "retro"), undefined);
    equal((await slack.fill({ userId: "U0ALICE", actionId: "Which" }, "some"))?.status, 200);
    const { plain } = await slack.until(
      () => /Which ones/.test(slack.modal("U0ALICE")?.plain ?? "") && slack.modal("U0ALICE"),
    );
    match(plain, /Which: Some\nTopic: retro\nWhich ones\?/);
    equal(await slack.fill({ userId: "U0ALICE", actionId: "Which" }, "all", { isTyping: true }), undefined);
    match(slack.modal("U0ALICE")?.plain ?? "", /Which: All\n/);
  });

  test("closed by a person is told to an app that wants to know", async (t) => {
    const closed: unknown[] = [];
    const { slack } = await withApp(t, (app) => {
      opens(modal([section("x")], { notify_on_close: true }))(app);
      app.view({ callback_id: "subscribe", type: "view_closed" }, async ({ ack, body }) => {
        closed.push("is_cleared" in body && body.is_cleared);
        await ack();
      });
      app.view("subscribe", ({ ack }) => ack({ response_action: "push", view: modal([section("y")]) }));
    });
    const openTwo = async () => {
      await slack.command(ask);
      await slack.until(() => slack.modals("U0ALICE").length === 1);
      await slack.submit("U0ALICE");
    };
    await openTwo();
    await slack.closeModal("U0ALICE");
    deepEqual([slack.modals("U0ALICE").length, closed], [1, []]);
    await slack.closeModal("U0ALICE");
    deepEqual([slack.modals("U0ALICE").length, closed], [0, [false]]);
    await openTwo();
    await slack.closeModal("U0ALICE", { all: true });
    deepEqual([slack.modals("U0ALICE").length, closed], [0, [false, true]]);
  });

  test("lets nobody choose what they could not", async (t) => {
    const { slack } = await withApp(t, (app) => {
      const filter = { include: ["public"] };
      opens(
        modal([
          TOPIC,
          input("Post in", { type: "conversations_select", filter }),
          input("Any", { type: "conversations_select" }),
          input("Two", { type: "multi_users_select", max_selected_items: 1 }),
          WHICH,
        ]),
      )(app);
    });
    await slack.command(ask);
    await slack.until(() => slack.modal("U0ALICE"));
    const fill = (actionId: string, entry: string | string[]) => slack.fill({ userId: "U0ALICE", actionId }, entry);
    await rejects(fill("Topic", "much too long"), /is too long/);
    await rejects(fill("Post in", BOARD), /not listed/);
    await rejects(fill("Any", "C0NOWHERE"), /not listed/);
    await rejects(fill("Two", ["U0BOB", "U0ALICE"]), /no more than 1/);
    await rejects(fill("Which", "none"), /there is no none/);
    const choices = slack.modal("U0ALICE")?.controls.map((control) => control.choices.map(({ value }) => value));
    deepEqual(choices, [[], [GENERAL, LOBBY], [GENERAL, BOARD, HIDDEN, LOBBY], ["U0ALICE", "U0BOB"], ["all", "some"]]);
    await fill("Any", HIDDEN);
    await fill("Two", ["U0BOB"]);
    deepEqual(
      slack.modal("U0ALICE")?.controls.map(({ entry }) => entry),
      [null, null, HIDDEN, ["U0BOB"], null],
    );
    match(slack.modal("U0ALICE")?.plain ?? "", /Any: hidden\nTwo: Bob Brown\n/);
  });

  test("offers what the app finds for the beginning of a word", async (t) => {
    let chosen: unknown;
    const { slack } = await withApp(t, (app) => {
      opens(modal([input("Host", { type: "external_select", min_query_length: 2 })]))(app);
      app.options("Host", ({ ack, options }) => ack({ options: [option(`${options.value}ma`), option("Emil")] }));
      app.view("subscribe", async ({ ack, view }) => {
        chosen = view.state.values.Host?.Host?.selected_option?.value;
        await ack();
      });
    });
    await slack.command(ask);
    await slack.until(() => slack.modal("U0ALICE"));
    const host = { userId: "U0ALICE", actionId: "Host" };
    deepEqual(await slack.suggestions(host, "E"), []);
    deepEqual(await slack.suggestions(host, "Em"), ["Emma", "Emil"]);
    await slack.fill(host, "emma");
    await slack.suggestions(host, "La");
    deepEqual(
      slack.modal("U0ALICE")?.controls[0]?.choices.map(({ value }) => value),
      ["emma", "lama", "emil"],
    );
    await slack.submit("U0ALICE");
    equal(chosen, "emma");
  });

  test("may give a link to answer into the chosen channel", async (t) => {
    const { slack, seen } = await withApp(t, (app) => {
      opens(modal([input("Post in", { type: "conversations_select", response_url_enabled: true })]))(app);
      app.view("subscribe", async ({ ack, respond }) => {
        await ack();
        await respond({ response_type: "in_channel", text: "hello" });
      });
    });
    await slack.command(ask);
    await slack.until(() => slack.modal("U0ALICE"));
    await slack.fill({ userId: "U0ALICE", actionId: "Post in" }, BOARD);
    await slack.submit("U0ALICE");
    await slack.until(() => seen(BOARD)[0] === "hello");
  });
});

describe("opening a modal", () => {
  /** What an app was given with a command. */
  async function withTrigger(t: Parameters<typeof workspace>[0], options = {}) {
    const triggers: string[] = [];
    const world = await withApp(
      t,
      (app) =>
        app.command("/meetings", async ({ ack, body }) => {
          triggers.push(body.trigger_id);
          await ack();
        }),
      { triggerLivesMs: 60_000, ...options },
    );
    const trigger = async () => {
      await world.slack.command(ask);
      return triggers.at(-1) ?? "";
    };
    return { ...world, trigger };
  }

  test("works once, and only soon after the click", async (t) => {
    const { client, trigger } = await withTrigger(t);
    const trigger_id = await trigger();
    await client.views.open({ trigger_id, view: modal([]) });
    await refused(client.views.open({ trigger_id, view: modal([]) }), "exchanged_trigger_id");
    await refused(client.views.open({ trigger_id: "1.2.3", view: modal([]) }), "invalid_trigger_id");
    const late = await withTrigger(t, { triggerLivesMs: 0 });
    await refused(late.client.views.open({ trigger_id: await late.trigger(), view: modal([]) }), "expired_trigger_id");
  });

  test("on top of others needs one below, and stops at three", async (t) => {
    const { client, trigger } = await withTrigger(t);
    const push = async () => client.views.push({ trigger_id: await trigger(), view: modal([]) });
    await refused(push(), "not_found");
    const { view } = await client.views.open({ trigger_id: await trigger(), view: modal([]) });
    const second = await push();
    deepEqual([second.view?.root_view_id, second.view?.previous_view_id], [view?.id, view?.id]);
    await push();
    await refused(push(), "push_limit_reached");
  });

  test("is refused for what Slack would not show, and the trigger is still good", async (t) => {
    const { client, trigger } = await withTrigger(t);
    const trigger_id = await trigger();
    const complaint = async (view: object) => {
      const { response_metadata } = await refused(
        client.views.open({ trigger_id, view: view as ModalView }),
        "invalid_arguments",
      );
      return (response_metadata as { messages: string[] }).messages[0]?.replace("[ERROR] ", "");
    };
    const { submit: _, ...unsubmittable } = modal([TOPIC]);
    deepEqual(
      [
        await complaint(unsubmittable),
        await complaint(modal([], { title: text("x".repeat(25)) })),
        await complaint(modal([], { private_metadata: "x".repeat(3001) })),
        await complaint(modal(Array.from({ length: 101 }, () => section("x")))),
        await complaint(modal([TOPIC, TOPIC])),
        await complaint(modal([section("x"), { type: "table", rows: [[{ type: "raw_text", text: "x" }]] }])),
        await complaint(modal([{ type: "actions", elements: [1, 2].map(() => button("a", "A").elements[0]) }])),
        await complaint({ type: "home", blocks: [] }),
      ],
      [
        "missing required field: submit (there are input blocks) [json-pointer:/view]",
        "must be less than 25 characters [json-pointer:/view/title/text]",
        "must be less than 3001 characters [json-pointer:/view/private_metadata]",
        "no more than 100 items allowed [json-pointer:/view/blocks]",
        "block_id must be unique [json-pointer:/view/blocks/1/block_id]",
        "unsupported type [json-pointer:/view/blocks/1]",
        "action_id must be unique [json-pointer:/view/blocks/0/elements/1/action_id]",
        'Invalid input: expected "modal" [json-pointer:/view/type]',
      ],
    );
    const heavy = Array.from({ length: 90 }, () => section("x".repeat(2900)));
    await refused(client.views.open({ trigger_id, view: modal(heavy) }), "view_too_large");
    await client.views.open({ trigger_id, view: modal([{ type: "alert", text: text("fine"), level: "info" }]) });
  });
});

describe("editing a view", () => {
  test("is refused after somebody else did, or when it is closed", async (t) => {
    const { slack, client } = await withApp(t, opens(modal([section("x")], { external_id: "mine" })));
    await slack.command(ask);
    const { id } = await slack.until(() => slack.modal("U0ALICE"));
    const first = await client.views.update({
      external_id: "mine",
      view: modal([section("y")], { external_id: "mine" }),
    });
    const hash = first.view?.hash ?? "";
    await client.views.update({ view_id: id, hash, view: modal([section("z")]) });
    await refused(client.views.update({ view_id: id, hash, view: modal([section("late")]) }), "hash_conflict");
    await refused(client.views.update({ external_id: "mine", view: modal([]) }), "not_found");
    match(slack.modal("U0ALICE")?.plain ?? "", /\nz\n/);
    await slack.closeModal("U0ALICE");
    await refused(client.views.update({ view_id: id, view: modal([]) }), "not_found");
  });
});

describe("the Home tab", () => {
  const home = (...blocks: object[]) => ({ type: "home" as const, blocks: blocks as ModalView["blocks"] });

  test("is published for one person, again if nobody else did meanwhile", async (t) => {
    const { slack, client } = await workspace(t);
    equal(slack.home("U0ALICE"), undefined);
    const { view } = await client.views.publish({ user_id: "U0ALICE", view: home(section("*Hello* Alice")) });
    equal(slack.home("U0ALICE")?.plain, "Hello Alice");
    equal(slack.home("U0BOB"), undefined);
    const hash = view?.hash ?? "";
    await client.views.publish({ user_id: "U0ALICE", hash, view: home(section("2")) });
    await refused(client.views.publish({ user_id: "U0ALICE", hash, view: home(section("3")) }), "hash_conflict");
    equal(slack.home("U0ALICE")?.plain, "2");
    await refused(client.views.publish({ user_id: "U0EVE", view: home() }), "invalid_arguments");
    const chart = {
      type: "data_visualization",
      title: "x",
      chart: { type: "pie", segments: [{ label: "a", value: 1 }] },
    };
    await refused(client.views.publish({ user_id: "U0BOB", view: home(chart) }), "invalid_arguments");
    slack.settings.hasHomeTab = false;
    await refused(client.views.publish({ user_id: "U0ALICE", view: home() }), "not_enabled");
  });

  test("has buttons and menus that answer at once, and may open a modal", async (t) => {
    const { slack, client } = await withApp(t, (app) => {
      app.action("add", async ({ ack, body, client }) => {
        await ack();
        if (body.type === "block_actions")
          await client.views.open({ trigger_id: body.trigger_id, view: modal([section("x")]) });
      });
      app.action("zone", async ({ ack, body, client }) => {
        await ack();
        if (body.type !== "block_actions") return;
        const chosen = Object.values(body.view?.state.values ?? {})[0]?.zone?.selected_option?.value;
        await client.views.publish({ user_id: body.user.id, view: home(section(`You chose ${chosen}`)) });
      });
    });
    const zone = { type: "static_select", action_id: "zone", options: [option("UTC")], placeholder: text("Zone") };
    const more = { type: "overflow", action_id: "more", options: [option("Mute")] };
    const view = home(
      button("add", "Add a channel"),
      { ...section("Your zone"), accessory: zone },
      { ...section("General"), accessory: more },
    );
    await client.views.publish({ user_id: "U0BOB", view });
    equal(slack.home("U0BOB")?.plain, "[Add a channel]\nYour zone [▾ Zone]\nGeneral [⋮ Mute]");
    await slack.pressInView({ userId: "U0BOB", actionId: "add" });
    await slack.until(() => slack.modal("U0BOB"));
    await slack.closeModal("U0BOB");
    await slack.fill({ userId: "U0BOB", actionId: "zone" }, "utc");
    await slack.until(() => slack.home("U0BOB")?.plain === "You chose utc");
  });

  test("may have been shown anew a moment before somebody chooses in it", async (t) => {
    const chosen: string[] = [];
    const { slack, client } = await withApp(t, (app) => {
      app.action("more", async ({ ack, action }) => {
        await ack();
        if (action.type === "overflow") chosen.push(action.selected_option.value);
      });
    });
    const menuOf = (name: string) => ({
      ...section(name),
      accessory: { type: "overflow", action_id: "more", options: [option(`Mute ${name}`)] },
    });
    await client.views.publish({ user_id: "U0BOB", view: home(menuOf("general"), menuOf("sales")) });
    const press = (choice: string) =>
      slack.pressInView({ userId: "U0BOB", actionId: "more", blockId: "as it was", option: choice });
    await press("mute sales");
    deepEqual(chosen, ["mute sales"]);
    await client.views.publish({ user_id: "U0BOB", view: home(menuOf("general")) });
    await rejects(async () => press("mute sales"), /no option mute sales/);
    await client.views.publish({ user_id: "U0BOB", view: home(section("nothing")) });
    await rejects(async () => press("mute general"), /no more there/);
  });
});
