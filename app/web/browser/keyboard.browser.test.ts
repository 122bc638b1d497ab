import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sampleText } from "../../testing/client.ts";
import { TOKEN } from "../../testing/token.ts";
import { startChromium } from "./chromium.ts";
import { type Product, startProduct } from "./product.ts";

/** More stops than any page here has: who has not met it by then never will. */
const STOPS_MAX = 60;

let product: Product;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), startChromium()]);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" });
  page.setDefaultTimeout(15_000);
});
afterAll(async () => {
  await browser?.close();
  await product?.remove();
});

interface Stop {
  readonly name: string;
  readonly isShown: boolean;
}

/** What has the focus: its name, and whether its outline (or that of the box around it) can be seen. */
function focused(): Promise<Stop> {
  return page.evaluate(() => {
    const at = document.activeElement as HTMLElement & { labels?: NodeListOf<HTMLElement> };
    const label = at.labels?.[0];
    const hasOutline = (element: Element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2;
    };
    const name = at.getAttribute("aria-label") ?? label?.textContent ?? at.textContent ?? "";
    return { name: name.trim(), isShown: hasOutline(at) || (label !== undefined && hasOutline(label)) };
  });
}

/** Presses Tab until the name has the focus; every stop on the way must be seen to have it. */
async function tabTo(name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let stops = 0; stops < STOPS_MAX; stops += 1) {
    await page.keyboard.press("Tab");
    const stop = await focused();
    if (stop.name !== "") expect(stop).toEqual({ ...stop, isShown: true });
    if (typeof name === "string" ? stop.name.startsWith(name) : name.test(stop.name)) return;
    passed.push(stop.name);
  }
  throw new Error(`no Tab leads to ${name}, only to: ${passed.join(" | ")}`);
}

async function headingIsFocused(text: string): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.activeElement?.matches("h1") && document.activeElement.textContent === wanted,
    text,
  );
}

test("one signs in by typing alone: the field has the focus", async () => {
  await page.goto(product.url);
  await page.getByLabel("API token").waitFor();
  await page.keyboard.type(TOKEN);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
});

test("a dataset is made by keys alone", async () => {
  await tabTo("Datasets");
  await page.keyboard.press("Enter");
  await headingIsFocused("Datasets");
  await tabTo("New dataset");
  await page.keyboard.press("Enter");
  await headingIsFocused("New dataset");
  await tabTo(/choose one/);
  // The dialog that Enter opens here is the system's own.
  const file = { name: "farm.csv", mimeType: "", buffer: Buffer.from(sampleText(200)) };
  await page.locator("input[type=file]:focus").setInputFiles(file);
  await tabTo("Name");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("Farm by key");
  await tabTo("CSV");
  await page.keyboard.press("ArrowDown");
  expect((await focused()).name).toContain("Plain text");
  await tabTo("Create dataset");
  await page.keyboard.press("Enter");
  await headingIsFocused("Farm by key");
});

test("a job is started, followed and its model used by keys alone", async () => {
  await tabTo("Start a job");
  await page.keyboard.press("Enter");
  await headingIsFocused("New job");
  await tabTo("Epochs");
  await page.keyboard.press("ControlOrMeta+A");
  await page.keyboard.type("4");
  await tabTo("Start job");
  await page.keyboard.press("Enter");
  await headingIsFocused("Farm by key");
  await page.locator(".job-progress").getByText("succeeded").waitFor({ timeout: 60_000 });
  await tabTo("See the model");
  await page.keyboard.press("Enter");
  await headingIsFocused("Farm by key");
  await tabTo("Begin with");
  await page.keyboard.type("the fox ");
  await page.keyboard.press("Enter");
  await page.locator(".written").getByText(/sees/).waitFor();
});

test("a screen reader is told how the job goes, and nothing moves for who wants no motion", async () => {
  await page.goto(product.url);
  await page.evaluate(() => {
    const told: string[] = [];
    Object.assign(window, { told });
    const live = document.querySelector("[aria-live=polite]");
    const note = () => told.push(live?.textContent ?? "");
    if (live)
      new MutationObserver(note).observe(live, { subtree: true, childList: true, characterData: true });
  });
  await page.getByRole("navigation", { name: "Main" }).getByText("Datasets").click();
  await page.getByRole("link", { name: "Farm by key" }).click();
  await page.getByRole("link", { name: "Start a job" }).click();
  await page.getByLabel("Epochs").fill("20");
  await page.getByRole("button", { name: "Start job" }).click();
  await page.locator(".draught[data-moving=true]").waitFor();
  const running = "document.getAnimations().filter(({ playState }) => playState === 'running').length";
  expect(await page.evaluate(running)).toBe(0);
  await page.locator(".job-progress").getByText("succeeded").waitFor({ timeout: 60_000 });
  const told = (await page.evaluate("told")) as string[];
  expect(told).toContainEqual(
    expect.stringMatching(/^Job running\. Training, \d\d % done, held-out loss \d/),
  );
  expect(told.at(-1)).toMatch(/^Job succeeded\. The model is ready, held-out loss \d/);
  expect(told.length).toBeLessThan(12);
});
