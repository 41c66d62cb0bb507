export function oneAtATime<T>(lock: string, work: () => T | Promise<T>, options?: { waitMs?: number }): Promise<T>;
export function isAlive(pid: number): boolean;
