/** Where to look for programs: the folders of PATH and Homebrew, and our own DATA_DIR, unless said otherwise. */
export type Where = { dataDir?: string; folders?: string[] };

export function findRedisServer(where?: Where): string | undefined;
export function fetchRedisServer(where?: Where): Promise<string>;
export function ensureRedisServer(where?: Where): Promise<string>;
