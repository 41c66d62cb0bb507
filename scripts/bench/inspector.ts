import { once } from "node:events";

interface Said {
  id?: number;
  result?: { result?: { value?: unknown } };
  error?: { message: string };
}

const MB = 1024 * 1024;

/** Looks into a process that was started with `--inspect`, from outside: it needs nothing in it for this. */
export async function openInspector(port: number) {
  const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string;
  }[];
  const wire = new WebSocket(target?.webSocketDebuggerUrl ?? "");
  await once(wire, "open");
  const waiting = new Map<number, (said: Said) => void>();
  wire.addEventListener("message", ({ data }) => {
    const said = JSON.parse(String(data)) as Said;
    if (said.id !== undefined) waiting.get(said.id)?.(said);
  });
  const ask = async (method: string, params: object = {}) => {
    const id = waiting.size + 1;
    const answer = new Promise<Said>((resolve) => waiting.set(id, resolve));
    wire.send(JSON.stringify({ id, method, params }));
    const { result, error } = await answer;
    if (error) throw new Error(`${method}: ${error.message}`);
    return result?.result?.value;
  };
  const evaluated = (expression: string) => ask("Runtime.evaluate", { expression, returnByValue: true });
  return {
    /** What stays in memory: measured after all that can be collected is. */
    async memory() {
      for (let time = 0; time < 2; time += 1) await ask("HeapProfiler.collectGarbage");
      const { rss, heapUsed } = (await evaluated("process.memoryUsage()")) as NodeJS.MemoryUsage;
      return { rssMb: rss / MB, heapMb: heapUsed / MB };
    },
    /** The most that the process ever had. */
    peakMb: async () => Number(await evaluated("process.resourceUsage().maxRSS")) / 1024,
    close: () => wire.close(),
  };
}
