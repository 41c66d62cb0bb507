import { execFile } from "node:child_process";

/** Runs a command to its end and answers what it printed. When it fails, the error is a sentence a person can use. */
export function run(command, args, { timeoutMs, ...options }) {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      args,
      { timeout: timeoutMs, maxBuffer: 64 * 1024 * 1024, ...options },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout);
        const line = [command, ...args].join(" ");
        const shortLine = line.length > 100 ? `${line.slice(0, 100)}…` : line;
        if (error.code === "ENOENT") reject(new Error(`There is no ${command} on this machine.`));
        else if (error.killed) reject(new Error(`\`${shortLine}\` was not done after ${timeoutMs / 1000} s.`));
        else reject(new Error(`\`${shortLine}\` failed:\n${excerpt(stderr || stdout || error.message)}`));
      },
    );
  });
}

/** What matters of a longer text: how it begins and how it ends. */
export function excerpt(text) {
  const lines = text.trimEnd().split("\n");
  const shown = lines.length > 15 ? [...lines.slice(0, 8), "…", ...lines.slice(-6)] : lines;
  return shown.map((line) => `  ${line}`).join("\n");
}
