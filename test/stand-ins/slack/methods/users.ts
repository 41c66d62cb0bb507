import { z } from "zod";
import { refuse } from "../refused.ts";
import type { Person, Workspace } from "../workspace.ts";
import { personJson } from "./json.ts";
import { Id, type Method, method } from "./method.ts";

export const USERS: Record<string, Method> = {
  "users.info": method(
    z.object({ user: Id }),
    (args, desk) => ({ user: personJson(person(args.user, desk.workspace), desk) }),
    "users:read",
  ),

  "users.lookupByEmail": method(
    z.object({ email: z.string().min(1) }),
    (args, desk) => {
      const found = desk.workspace.people.find(({ email }) => email?.toLowerCase() === args.email.toLowerCase());
      if (!found) refuse("users_not_found");
      return { user: personJson(found, desk) };
    },
    "users:read.email",
  ),
};

export function person(id: string, workspace: Workspace): Person {
  return workspace.people.find((person) => person.id === id) ?? refuse("user_not_found");
}
