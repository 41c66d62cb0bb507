import { z } from "zod";
import { refuse } from "../refused.ts";
import { readView } from "../views/check-view.ts";
import { viewJson } from "../views/view-store.ts";
import { fromJson, Id, type Method, method } from "./method.ts";

const view = fromJson(z.looseObject({ type: z.string() }));
const trigger_id = Id.optional();

export const VIEWS: Record<string, Method> = {
  "views.open": method(z.object({ view, trigger_id }), (args, { workspace, views, triggers }) => {
    const modal = readView(args.view, "modal", workspace);
    const trigger = triggers.exchange(args.trigger_id ?? refuse("invalid_trigger_id"));
    return { view: viewJson(views.open(modal, trigger), workspace) };
  }),

  "views.push": method(z.object({ view, trigger_id }), (args, { workspace, views, triggers }) => {
    const modal = readView(args.view, "modal", workspace);
    const trigger = triggers.exchange(args.trigger_id ?? refuse("invalid_trigger_id"));
    return { view: viewJson(views.push(modal, trigger), workspace) };
  }),

  "views.update": method(
    z.object({ view, view_id: Id.optional(), external_id: Id.optional(), hash: z.string().optional() }),
    (args, { workspace, views }) => {
      const open = views.find({ viewId: args.view_id, externalId: args.external_id });
      views.update(open, readView(args.view, open.view.type, workspace), args.hash);
      return { view: viewJson(open, workspace) };
    },
  ),

  "views.publish": method(
    z.object({ view, user_id: Id, hash: z.string().optional() }),
    (args, { workspace, views }) => {
      if (!workspace.settings.hasHomeTab) refuse("not_enabled");
      const home = readView(args.view, "home", workspace);
      const isKnown = workspace.people.some(({ id, isDeactivated }) => id === args.user_id && !isDeactivated);
      if (!isKnown) refuse("invalid_arguments", { messages: ["[ERROR] invalid user_id [json-pointer:/user_id]"] });
      return { view: viewJson(views.publish(home, args.user_id, args.hash), workspace) };
    },
  ),
};
