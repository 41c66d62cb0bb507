import { z } from "zod";
import { Confirm, Option, StaticSelect } from "./elements.ts";
import { Id, id, PlainText, textOf, Url } from "./texts.ts";

const common = { action_id: Id.optional(), focus_on_load: z.boolean().optional() };
const chooser = { ...common, placeholder: PlainText(150).optional(), confirm: Confirm.optional() };
const Conversation = id("CGD");
const User = id("UW");

// What is typed

const typed = { ...common, placeholder: PlainText(150).optional() };
const dispatch_action_config = z
  .strictObject({ trigger_actions_on: z.array(z.enum(["on_enter_pressed", "on_character_entered"])).min(1) })
  .optional();
const TextInput = z.strictObject({
  type: z.literal("plain_text_input"),
  ...typed,
  dispatch_action_config,
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.int().min(0).max(3000).optional(),
  max_length: z.int().min(1).max(3000).optional(),
});
const EmailInput = z.strictObject({
  type: z.literal("email_text_input"),
  ...typed,
  dispatch_action_config,
  initial_value: z.email().optional(),
});
const UrlInput = z.strictObject({
  type: z.literal("url_text_input"),
  ...typed,
  dispatch_action_config,
  initial_value: Url.optional(),
});
const Decimal = z.string().regex(/^-?\d+(\.\d+)?$/, "must be a number as text");
const NumberInput = z.strictObject({
  type: z.literal("number_input"),
  ...typed,
  dispatch_action_config,
  is_decimal_allowed: z.boolean(),
  initial_value: Decimal.optional(),
  min_value: Decimal.optional(),
  max_value: Decimal.optional(),
});

// What is chosen

const most = { max_selected_items: z.int().min(1).optional() };
const options = z.array(Option).min(1).max(100);
const filter = z
  .strictObject({
    include: z
      .array(z.enum(["im", "mpim", "private", "public"]))
      .min(1)
      .optional(),
    exclude_external_shared_channels: z.boolean().optional(),
    exclude_bot_users: z.boolean().optional(),
  })
  .refine((wanted) => Object.keys(wanted).length > 0, "must not be empty")
  .optional();
const offered = { min_query_length: z.int().min(0).optional() };
const conversations = { default_to_current_conversation: z.boolean().optional(), filter };
const Choice = Option.extend({ text: textOf(75), description: textOf(75).optional() });
const few = z.array(Choice).min(1).max(10);

/** What a section or a row of actions may have in a view beside buttons and menus, and every input too. */
export const Chooser = z.discriminatedUnion("type", [
  StaticSelect.extend({ focus_on_load: z.boolean().optional() }),
  z.strictObject({
    type: z.literal("multi_static_select"),
    ...chooser,
    ...most,
    options,
    initial_options: options.optional(),
  }),
  z.strictObject({ type: z.literal("external_select"), ...chooser, ...offered, initial_option: Option.optional() }),
  z.strictObject({
    type: z.literal("multi_external_select"),
    ...chooser,
    ...offered,
    ...most,
    initial_options: options.optional(),
  }),
  z.strictObject({ type: z.literal("users_select"), ...chooser, initial_user: User.optional() }),
  z.strictObject({
    type: z.literal("multi_users_select"),
    ...chooser,
    ...most,
    initial_users: z.array(User).optional(),
  }),
  z.strictObject({
    type: z.literal("conversations_select"),
    ...chooser,
    ...conversations,
    initial_conversation: Conversation.optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal("multi_conversations_select"),
    ...chooser,
    ...conversations,
    ...most,
    initial_conversations: z.array(Conversation).optional(),
  }),
  z.strictObject({
    type: z.literal("channels_select"),
    ...chooser,
    initial_channel: Conversation.optional(),
    response_url_enabled: z.boolean().optional(),
  }),
  z.strictObject({
    type: z.literal("multi_channels_select"),
    ...chooser,
    ...most,
    initial_channels: z.array(Conversation).optional(),
  }),
  z.strictObject({
    type: z.literal("datepicker"),
    ...chooser,
    initial_date: z
      .string()
      .regex(/^\d{4}-\d\d-\d\d$/, "must be YYYY-MM-DD")
      .optional(),
  }),
  z.strictObject({
    type: z.literal("timepicker"),
    ...chooser,
    timezone: z.string().optional(),
    initial_time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be HH:mm")
      .optional(),
  }),
  z.strictObject({
    type: z.literal("checkboxes"),
    ...common,
    confirm: Confirm.optional(),
    options: few,
    initial_options: few.optional(),
  }),
  z.strictObject({
    type: z.literal("radio_buttons"),
    ...common,
    confirm: Confirm.optional(),
    options: few,
    initial_option: Choice.optional(),
  }),
]);

export const Input = z.union([z.discriminatedUnion("type", [TextInput, EmailInput, UrlInput, NumberInput]), Chooser]);
