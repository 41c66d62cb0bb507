import { randomBytes } from "node:crypto";
import type { ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";

export type Shelf = ReturnType<typeof shelf>;

/** Nodes set aside while the library lays out the rest, and what puts them back into its HTML. */
export function shelf() {
  const kept: string[] = [];
  const salt = randomBytes(6).toString("hex"); // so that nobody can write what stands for a node
  const places = new RegExp(`\u{E000}${salt}-(\\d+)\u{E001}`, "gu");

  function putBack(html: string): string {
    return html.replace(places, (_, index: string) => putBack(kept[Number(index)] ?? ""));
  }
  function keep(html: string): string {
    kept.push(html);
    return `\u{E000}${salt}-${kept.length - 1}\u{E001}`;
  }
  return {
    /** What stands for HTML among words that React or the library puts into theirs. */
    keep,
    /** The same for a node. */
    aside: (node: ReactNode): string => keep(renderToStaticMarkup(node)),
    putBack,
  };
}
