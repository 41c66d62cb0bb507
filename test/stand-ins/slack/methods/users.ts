import { z } from "zod";
import { refuse } from "../refused.ts";
import type { Person, Workspace } from "../workspace.ts";
import { botJson, personJson } from "./json.ts";
import { Id, type Method, method, Paging, page } from "./method.ts";

export const USERS: Record<string, Method> = {
  "users.info": method(
    z.object({ user: Id }),
    (args, desk) => {
      const isBot = args.user === desk.workspace.bot.userId;
      return { user: isBot ? botJson(desk.workspace) : personJson(person(args.user, desk.workspace), desk) };
    },
    "users:read",
  ),

  "users.list": method(
    z.object({ ...Paging }),
    (args, desk) => {
      const everybody = [...desk.workspace.people.map((one) => personJson(one, desk)), botJson(desk.workspace)];
      const { items, ...paging } = page(everybody, args);
      return { members: items, ...paging };
    },
    "users:read",
  ),

  "users.lookupByEmail": method(
    z.object({ email: z.string().min(1) }),
    (args, desk) => {
      const address = args.email.toLowerCase();
      const found = desk.workspace.people.find(
        ({ email, isDeactivated }) => !isDeactivated && email?.toLowerCase() === address,
      );
      if (!found) refuse("users_not_found");
      return { user: personJson(found, desk) };
    },
    "users:read.email",
  ),
};

export function person(id: string, workspace: Workspace): Person {
  return workspace.people.find((person) => person.id === id) ?? refuse("user_not_found");
}
