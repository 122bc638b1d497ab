import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { generate, readModel } from "../../core/language-model/language-model.ts";
import { sampleText } from "../../testing/client.ts";
import { TOKEN } from "../../testing/token.ts";
import { startChromium } from "./chromium.ts";
import { readLoadFigures } from "./figures.ts";
import { faulty, takePictures } from "./pictures.ts";
import { type Product, startProduct } from "./product.ts";

let product: Product;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), startChromium()]);
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "en-GB" });
  page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
  });
});
afterAll(async () => {
  await browser?.close();
  await product?.remove();
});

function button(name: string | RegExp) {
  return page.getByRole("button", { name });
}
function link(name: string | RegExp) {
  return page.getByRole("link", { name });
}
function heading(name: string | RegExp) {
  return page.getByRole("heading", { level: 1, name });
}
/** Pictures of where we are; no look may have a fault. */
async function look(name: string) {
  expect(faulty(await takePictures(page, name))).toEqual([]);
}

test("a wrong token is refused with a reason", async () => {
  await page.goto(product.url);
  await look("token");
  await page.getByLabel("API token").fill("not-the-token");
  await button("Continue").click();
  await page.getByText("The API does not know this token").first().waitFor();
  await look("token-refused");
});

test("with the token one sees what to do first", async () => {
  await page.getByLabel("API token").fill(TOKEN);
  await button("Continue").click();
  await heading("Jobs").waitFor();
  await page.getByText("From a file to a model in three steps").waitFor();
  await look("jobs-empty");
});

test("a bad file is refused with its line, and leaves nothing behind", async () => {
  await link("Add a dataset").click();
  await heading("New dataset").waitFor();
  await expectFocus("New dataset");
  const buffer = Buffer.from('{"text":"good"}\n{"text":"also good"}\n{"text": broken}\n');
  await page.locator("input[type=file]").setInputFiles({ name: "tickets.jsonl", mimeType: "", buffer });
  expect(await page.getByLabel("Name").inputValue()).toBe("tickets");
  expect(await page.getByRole("radio", { name: /JSON Lines/ }).isChecked()).toBe(true);
  await button("Create dataset").click();
  await page.getByText("Line 3 of tickets.jsonl").waitFor();
  await page.getByText('{"text": broken}').waitFor();
  await look("dataset-refused");
});

test("a dataset is made by dropping a file", async () => {
  const transfer = await page.evaluateHandle((text) => {
    const data = new DataTransfer();
    data.items.add(new File([text], "animals.txt"));
    return data;
  }, sampleText(400));
  await page.getByLabel("Name").fill("Animals of the farm");
  await page.dispatchEvent(".drop-zone", "drop", { dataTransfer: transfer });
  await page.getByText("animals.txt").waitFor();
  expect(await page.getByText("Line 3").count()).toBe(0);
  expect(await page.getByRole("radio", { name: /Plain text/ }).isChecked()).toBe(true);
  await look("dataset-new");
  await button("Create dataset").click();
  await heading("Animals of the farm").waitFor();
  await page.getByText("400", { exact: true }).waitFor();
  await look("dataset");
  await page.getByRole("navigation", { name: "Main" }).getByText("Datasets").click();
  await page.getByText("400 rows").waitFor();
  expect(await page.locator(".row").count()).toBe(1);
  await look("datasets");
});

test("a job is started and canceled", async () => {
  await link("Animals of the farm").click();
  await link("Start a job").click();
  await page.getByLabel("Epochs").fill("2.5");
  await page.getByText("Enter a whole number.").waitFor();
  await page.getByLabel("Epochs").fill("100");
  await look("job-new");
  await button("Start job").click();
  await page.getByText("Epoch 2/100").waitFor();
  await look("job-running");
  await button("Cancel job").click();
  const dialog = page.getByRole("dialog");
  await look("job-cancel");
  await dialog.getByRole("button", { name: "Cancel job" }).click();
  await page.locator(".job-progress").getByText("canceled", { exact: true }).waitFor();
});

test("a job is followed live to its model", async () => {
  await link("New job on this dataset").click();
  await page.getByLabel("Epochs").fill("6");
  await button("Start job").click();
  await page.locator(".job-progress").getByText("succeeded").waitFor({ timeout: 60_000 });
  await page.getByText("Epoch 6/6").waitFor();
  await page.getByRole("img", { name: /Held-out loss went from/ }).waitFor();
  await look("job");
  await page.getByRole("navigation", { name: "Main" }).getByText("Jobs").click();
  await link(/^succeeded$/).click();
  await expect.poll(() => page.locator(".row").count()).toBe(1);
  await link(/^all$/).click();
  await page.locator(".row").nth(1).waitFor();
  await look("jobs");
});

test("the model writes in the page and is downloaded whole", async () => {
  await page.locator(".row").filter({ hasText: "succeeded" }).getByRole("link").click();
  await link("See the model").click();
  await page.getByLabel("Begin with").fill("the fox ");
  await button("Write").click();
  await page.locator(".written").getByText(/sees/).waitFor();
  await look("model");
  const [download] = await Promise.all([page.waitForEvent("download"), button(/Download/).click()]);
  const file = readFileSync(await download.path());
  expect(generate(readModel(file), "the ", { length: 60, seed: 1, temperature: 0.3 })).toMatch(
    /fox|dog|cat|hen/,
  );
  await page.getByRole("navigation", { name: "Main" }).getByText("Models").click();
  await page.getByText("model.safetensors", { exact: true }).waitFor();
  await look("models");
});

test("a file over the request limit goes through the object store", async () => {
  await page.goto(`${product.url}/datasets/new`);
  await page.locator("input[type=file]").setInputFiles({
    name: "large.txt",
    mimeType: "text/plain",
    buffer: Buffer.alloc(10.5 * 1024 * 1024, `${"x".repeat(99)}\n`),
  });
  await button("Create dataset").click();
  await heading("large").waitFor({ timeout: 60_000 });
  await page.getByText("11.0 MB").waitFor();
  await button("Delete").click();
  await button("Delete dataset").click();
  await heading("Datasets").waitFor();
  await page.getByText("400 rows").waitFor();
  expect(await page.locator(".row").count()).toBe(1);
});

test("the seven key figures are shown as they go", async () => {
  await page.getByRole("navigation", { name: "Main" }).getByText("Operations").click();
  await page.locator(".key-figure").nth(6).waitFor();
  expect(await page.locator(".key-figure h2").allTextContents()).toEqual([
    "Request rate",
    "Error rate",
    "Latency p95",
    "Active jobs",
    "Queued jobs",
    "Database connections",
    "Object store",
  ]);
  const drawn = () => page.locator(".chart .line").first().getAttribute("d");
  await expect
    .poll(async () => (await drawn())?.match(/L/g)?.length ?? 0, { timeout: 20_000 })
    .toBeGreaterThan(2);
  await look("operations");
});

test("loading is light, asks nobody else, and shifts nothing", async () => {
  const context = await browser.newContext({ viewport: { width: 360, height: 780 } });
  const fresh = await context.newPage();
  await fresh.goto(product.url, { waitUntil: "networkidle" });
  const figures = await readLoadFigures(fresh);
  console.table(figures);
  expect(figures.foreignRequests).toBe(0);
  expect(figures.transferredBytes).toBeLessThan(180_000);
  expect(figures.cumulativeLayoutShift).toBeLessThan(0.1);
  await context.close();
});

test("nothing was complained about on the way", () => {
  expect(complaints.filter((text) => !text.includes("422"))).toEqual([]);
});

async function expectFocus(text: string) {
  await page.waitForFunction((wanted) => document.activeElement?.textContent === wanted, text);
}
