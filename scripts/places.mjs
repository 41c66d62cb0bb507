import { accessSync, constants } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the project, wherever it was cloned to. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** The folder for everything that is made here and is not code: DATA_DIR. */
export function dataDirectory() {
  return resolve(root, process.env.DATA_DIR || ".data");
}

/** The folders in which the shell would look for a program. */
export function programFolders() {
  return (process.env.PATH ?? "").split(delimiter).filter(Boolean);
}

/** The first of these paths that can be run, or undefined. */
export function firstExecutable(paths) {
  return paths.find(isExecutable);
}

/** Every name in every folder, folder by folder. */
export function everyPath(folders, names) {
  return folders.flatMap((folder) => names.map((name) => join(folder, name)));
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
