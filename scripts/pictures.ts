import { chromium, type Locator, type Page } from "playwright-core";
import { ensureChromium } from "./chromium.mjs";

const HELP = `node scripts/pictures.ts [http://localhost:3000]

Takes the pictures in docs/ from a demo that runs with its page: npm run demo -- --speed 120. It plays the day again and
is done when the day is, after some five minutes. The weekly digest is there on Fridays and at weekends only. Text is in
Lato where this machine has it.`;

const DOCS = new URL("../docs/", import.meta.url);
const LOOKS = {
  viewport: { width: 1280, height: 1500 },
  deviceScaleFactor: 1.2,
  colorScheme: "light" as const,
  bypassCSP: true,
};
const FONTS = `:not(code, pre) { font-family: Lato, "Noto Color Emoji", "Noto Sans", "Liberation Sans", Arial, "DejaVu Sans", sans-serif !important }
  code, pre { font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace !important }
  .feed { visibility: hidden } #try { display: none }`;

/** The demo's day, and what to do at which time of it, in order. */
async function takePictures(page: Page): Promise<void> {
  const rows = page.locator("#rows > li");
  const dialog = page.getByRole("dialog");
  const row = (text: string) => rows.filter({ hasText: text }).last();
  const goTo = (channel: string) => page.locator("nav").getByRole("button", { name: channel }).first().click();
  const say = async (words: string) => {
    await page.locator("#words").fill(words);
    await page.locator("#words").press("Enter");
  };
  const ask = async (words: string, answer: string) => {
    await say(words);
    await row(answer).waitFor();
    return row(answer);
  };
  const until = (time: string) =>
    page.waitForFunction(
      (wanted) => (document.querySelector("#clock")?.textContent?.split(", ").at(-1) ?? "") >= wanted,
      time,
      { timeout: 0 },
    );

  await page.getByRole("button", { name: "Play the day again" }).click();
  for (const story of ["starting", "the day goes on"]) await page.locator("#status", { hasText: story }).waitFor();
  await goTo("meetings");
  await ask("/meetings digest daily weekly", "hears of all meetings");

  await goTo("product");
  await ask('/meetings subscribe topic "workshop" and topic "kick-off"', "hears of meetings with");
  await say("/meetings settings");
  await dialog.getByLabel("How much").selectOption({ label: "Card, and joins and leaves in its thread" });
  await dialog.getByLabel("Quiet from").fill("19:00");
  await dialog.getByLabel("Quiet until").fill("07:00");
  await dialog.getByRole("heading").click();
  await keep("form", dialog);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "detached" });

  await goTo("meetings");
  await until("10:30");
  await keep("today", await ask("/meetings today", "Meetings today"));
  await page.locator("#direct").getByRole("button").first().click();
  await page.getByRole("tab", { name: "Home" }).click();
  await page.getByText("Channels that get updates").waitFor();
  await keep("home", page.locator("#home-view"));

  await goTo("meetings");
  await until("13:54"); // the card has had time to learn whose phone it is
  await keep("card", row("Release: go or no-go"), row("Northwind: kick-off"));
  const report = await ask("/meetings report workshop", "most at once");
  await keep("report", report);
  await report.getByRole("button", { name: "Picture" }).click();
  await row("I sent it to you").waitFor();
  await until("19:10"); // by then also the digests know how the last meeting ended
  await row("meeting week").waitFor();
  await keep("week", row("meeting week"));
  await page.locator("#direct").getByRole("button").first().click();
  await page.getByRole("tab", { name: "Messages" }).click();
  const picture = await page.locator("figure img").last().getAttribute("src");
  await page.goto(new URL(picture ?? "", page.url()).href);
  await keep("attendance", page.locator("img"));
}

/** One picture of one or several things that stand below each other. */
async function keep(name: string, ...shown: Locator[]): Promise<void> {
  const path = new URL(`${name}.png`, DOCS).pathname;
  await shown[0]?.page().mouse.move(0, 0); // what lies below it would look like that
  for (const one of shown) await one.scrollIntoViewIfNeeded();
  const boxes = (await Promise.all(shown.map((one) => one.boundingBox()))).filter((box) => box !== null);
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  const right = Math.max(...boxes.map((box) => box.x + box.width));
  const bottom = Math.max(...boxes.map((box) => box.y + box.height));
  await shown[0]?.page().screenshot({ path, clip: { x, y, width: right - x, height: bottom - y } });
  console.log(path);
}

const [address = "http://localhost:3000"] = process.argv.slice(2);
if (address.startsWith("-")) console.log(HELP);
else {
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ["--no-sandbox"] });
  const page = await browser.newPage(LOOKS);
  await page.goto(address);
  await page.addStyleTag({ content: FONTS });
  try {
    await takePictures(page);
  } finally {
    await browser.close();
  }
}
