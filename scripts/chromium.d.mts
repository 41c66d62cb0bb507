import type { Where } from "./redis-server.mjs";

export function findChromium(where?: Where): string | undefined;
export function ensureChromium(where?: Where): Promise<string>;
