import type { Somebody } from "../../test/stand-ins/zoom.ts";

export type Person = Somebody;
export type Cast = ReturnType<typeof castOf>;

/** The people of the company; guests are invented where they appear. `newId` hands out Zoom user ids. */
export function castOf(newId: () => string) {
  const colleague = (name: string): Person => ({ name, id: newId(), email: `${address(name)}@example.com` });
  const known = {
    ines: colleague("Ines Falk"),
    juno: colleague("Juno Adler"),
    tomas: colleague("Tomás Rivera"),
    priya: colleague("Priya Nair"),
    noor: colleague("Noor Haddad"),
    lena: colleague("Lena Hartmann"),
    oskar: colleague("Oskar Lindqvist"),
    amara: colleague("Amara Diallo"),
    felix: colleague("Felix Brenner"),
    yuki: colleague("Yuki Tanaka"),
    sofia: colleague("Sofia Marques"),
    davide: colleague("Davide Conti"),
  };
  const others = FIRST_NAMES.flatMap((first) => LAST_NAMES.map((last) => colleague(`${first} ${last}`)));
  return { ...known, everybody: [...Object.values(known), ...others] };
}

const FIRST_NAMES = ["Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gita", "Hugo"];
const LAST_NAMES = ["Moreau", "Novak", "Okafor", "Petrov", "Quist", "Rossi"];

function address(name: string): string {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "");
  return plain.toLowerCase().replace(" ", ".");
}
