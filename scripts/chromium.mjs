import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bringFromDebian } from "./debian.mjs";
import { dataDirectory, everyPath, firstExecutable, programFolders } from "./places.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chromium-headless-shell"];
const MAC_APPS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/** The Chromium that browser tests start: CHROMIUM_PATH, else this machine's, else the one brought before; or undefined. */
export function findChromium({ dataDir = dataDirectory(), folders = programFolders() } = {}) {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  const ours = [join(home(dataDir), "chromium-headless-shell")];
  return firstExecutable([...everyPath(folders, NAMES), ...MAC_APPS, ...ours]);
}

/** A Chromium for browser tests, brought from Debian's packages if there is none; else an error that tells what to do. */
export async function ensureChromium(where = {}) {
  return findChromium(where) ?? (await bringChromium(where));
}

async function bringChromium({ dataDir = dataDirectory() }) {
  console.error("Bringing a Chromium for the browser tests (once, about 170 MB) …");
  try {
    return await bringFromDebian({
      folder: home(dataDir),
      packages: ["chromium-headless-shell", "fonts-dejavu-core", "fonts-noto-color-emoji"],
      program: "usr/lib/chromium/chromium-headless-shell",
      environment: fonts,
    });
  } catch (error) {
    throw new Error(`${error.message}\nInstall Chromium or Chrome, or set CHROMIUM_PATH to one.`, { cause: error });
  }
}

// The fonts we bring and the machine's own; without this file Chromium would only know the latter.
function fonts(tree) {
  const lines = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">',
    "<fontconfig>",
    '  <dir prefix="relative">usr/share/fonts</dir>',
    "  <dir>/usr/share/fonts</dir>",
    '  <cachedir prefix="xdg">fontconfig</cachedir>',
    "</fontconfig>",
    "",
  ];
  writeFileSync(join(tree, "fonts.conf"), lines.join("\n"));
  return { FONTCONFIG_FILE: "$here/fonts.conf" };
}

function home(dataDir) {
  return join(dataDir, "chromium");
}
