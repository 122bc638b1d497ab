import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { TOKEN } from "../../testing/token.ts";
import { startChromium } from "./chromium.ts";
import { faulty, takePictures } from "./pictures.ts";
import { type Product, startProduct } from "./product.ts";

let product: Product;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  [product, browser] = await Promise.all([startProduct(), startChromium()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.remove();
});
beforeEach(async () => {
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.setDefaultTimeout(15_000);
  await page.addInitScript((token) => sessionStorage.setItem("slipway.token", token), TOKEN);
});
afterEach(() => page.close());

/** Answers a path of the API with a problem document. */
async function refuse(path: string, status: number, detail: string, headers: Record<string, string> = {}) {
  const body = { type: "about:blank", title: "Refused", status, detail, instance: path, request_id: "r-1" };
  await page.route(`**${path}`, (route) =>
    route.fulfill({
      status,
      headers: { "content-type": "application/problem+json", ...headers },
      body: JSON.stringify(body),
    }),
  );
}

test("a pause the API asks for is counted down, and the page goes on by itself", async () => {
  await refuse("/api/v1/models?*", 429, "Too many requests", { "retry-after": "3" });
  await page.goto(`${product.url}/models`);
  await page.getByText("The API asked for a short pause").waitFor();
  expect(faulty(await takePictures(page, "paused"))).toEqual([]);
  await page.unroute("**/api/v1/models?*");
  await page.getByText("No model yet").waitFor();
  expect(await page.getByText("The API asked for a short pause").count()).toBe(0);
});

test("a service that is down is said so, with the request's id, and tried again", async () => {
  await refuse("/api/v1/datasets?*", 503, "The database does not answer.", { "retry-after": "5" });
  await page.goto(`${product.url}/datasets`);
  await page.getByText("Not available just now").waitFor();
  await page.getByText("Request r-1").waitFor();
  expect(faulty(await takePictures(page, "unavailable"))).toEqual([]);
  await page.unroute("**/api/v1/datasets?*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("No dataset yet").waitFor();
});

test("a token that is refused later is asked for again, with the reason, and forgotten", async () => {
  await refuse("/api/v1/jobs?*", 401, "No valid token");
  await page.goto(`${product.url}/jobs`);
  await page.getByText("The API did not accept this token").first().waitFor();
  expect(await page.evaluate(() => [sessionStorage.length, localStorage.getItem("slipway.token")])).toEqual([
    0,
    null,
  ]);
});

test("a token is kept on the device only when asked", async () => {
  const context = await browser.newContext();
  const fresh = await context.newPage();
  await fresh.goto(product.url);
  await fresh.getByLabel("API token").fill(TOKEN);
  await fresh.getByLabel("Remember on this device").check();
  await fresh.keyboard.press("Enter");
  await fresh.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
  expect(await fresh.evaluate(() => localStorage.getItem("slipway.token"))).toBe(TOKEN);
  await fresh.getByRole("button", { name: "Sign out" }).click();
  await fresh.getByLabel("API token").waitFor();
  expect(await fresh.evaluate(() => localStorage.getItem("slipway.token"))).toBeNull();
  await context.close();
});

test("an id that nobody has, and an address that nothing has, say so", async () => {
  await page.goto(`${product.url}/jobs/01900000-0000-7000-8000-000000000000`);
  await page.getByText("Not here").waitFor();
  await page.goto(`${product.url}/harbour`);
  await page.getByRole("heading", { level: 1, name: "Nothing at this address" }).waitFor();
  expect(faulty(await takePictures(page, "nowhere"))).toEqual([]);
});

test("a log stream that is cut is taken up behind the last entry, none lost and none twice", async () => {
  const asked: (string | undefined)[] = [];
  await page.goto(product.url);
  const job = await makeRunningJob();
  await page.route("**/logs", async (route) => {
    const after = Number(route.request().headers()["last-event-id"]);
    asked.push(String(after));
    const entries = [1, 2].map((step) => streamEntry(after + step));
    await route.fulfill({ contentType: "text/event-stream", body: entries.join("") });
  });
  await page.goto(`${product.url}/jobs/${job}`);
  await page.getByText("entry 6").waitFor();
  expect(asked.slice(0, 3)).toEqual(["0", "2", "4"]);
  const lines = await page.locator(".log-message").allTextContents();
  expect(lines.slice(0, 6)).toEqual([1, 2, 3, 4, 5, 6].map((seq) => `entry ${seq}`));
});

test("everything is reached and left by keyboard alone", async () => {
  await page.goto(`${product.url}/jobs`);
  await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
  await page.keyboard.press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id)).toBe("content");
  const job = await makeRunningJob();
  await page.goto(`${product.url}/jobs/${job}`);
  const cancel = page.getByRole("button", { name: "Cancel job" });
  await cancel.focus();
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await cancel.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel job" }).focus();
  await page.keyboard.press("Enter");
  await page.getByText("New job on this dataset").waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
});

test("a job that ends while one is about to cancel it takes nobody's place away", async () => {
  await page.goto(product.url);
  const job = await makeRunningJob();
  for (const isAsking of [false, true]) {
    const id = isAsking ? await makeRunningJob() : job;
    await page.goto(`${product.url}/jobs/${id}`);
    const cancel = page.getByRole("button", { name: "Cancel job" });
    await cancel.focus();
    if (isAsking) await page.keyboard.press("Enter");
    if (isAsking) await page.getByRole("dialog").waitFor();
    await page.evaluate(cancelJob, { job: id, token: TOKEN });
    await page.getByText("New job on this dataset").waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
  }
});

test("a chosen theme outlives a reload and the device's wish", async () => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(`${product.url}/jobs`);
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  const light = await background();
  const change = page.getByRole("button", { name: /Colours/ });
  await change.click();
  await change.click();
  expect(await background()).not.toBe(light);
  await page.reload();
  expect(await background()).not.toBe(light);
});

/** The edge gives up on a complete after its time; the API may have ended it by then, or not have begun it. */
test.each(["in place already", "not even begun"])(
  "a large file whose complete is not answered, and is %s, is not thrown away",
  async (how) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.method()));
    let completes = 0;
    await page.route("**/complete", async (route) => {
      completes += 1;
      if (completes > 1) return route.continue();
      if (how === "in place already") await route.fetch();
      await route.fulfill({ status: 503, headers: { "retry-after": "0" }, body: "" });
    });
    await page.goto(`${product.url}/datasets/new`);
    const buffer = Buffer.alloc(10.5 * 1024 * 1024, `${"x".repeat(99)}\n`);
    await page.locator("input[type=file]").setInputFiles({ name: "large.txt", mimeType: "", buffer });
    await page.getByLabel("Name").fill(`Large and ${how}`);
    await page.getByRole("button", { name: "Create dataset" }).click();
    await page.getByRole("heading", { level: 1, name: `Large and ${how}` }).waitFor({ timeout: 60_000 });
    await page.getByText("11.0 MB").waitFor();
    expect(asked).not.toContain("DELETE");
    expect(completes).toBe(how === "in place already" ? 1 : 2);
  },
);

test("a file whose answer was lost on the way is found in place", async () => {
  await page.route("**/content", async (route) => {
    await route.fetch();
    await route.abort();
  });
  await page.goto(`${product.url}/datasets/new`);
  const buffer = Buffer.from("a row\n".repeat(20));
  await page.locator("input[type=file]").setInputFiles({ name: "small.txt", mimeType: "", buffer });
  await page.getByRole("button", { name: "Create dataset" }).click();
  await page.getByRole("heading", { level: 1, name: "small" }).waitFor();
  await page.getByText("20", { exact: true }).waitFor();
});

test("the names of all datasets in a list of jobs are asked for at once", async () => {
  await page.goto(product.url);
  for (let n = 0; n < 3; n += 1) {
    const job = await makeRunningJob();
    await page.evaluate(cancelJob, { job, token: TOKEN });
  }
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/v1/datasets")) asked.push(request.url());
  });
  await page.goto(`${product.url}/jobs`);
  await expect.poll(() => page.getByRole("link", { name: /^rows 0/ }).count()).toBeGreaterThanOrEqual(3);
  expect(asked).toHaveLength(1);
});

test("names of datasets whose request fails are asked for again, with the list and not in a hurry", async () => {
  await page.goto(product.url);
  const job = await makeRunningJob();
  const asked = await failTwice();
  await page.goto(`${product.url}/jobs`);
  await page
    .getByRole("link", { name: /^rows 0/ })
    .first()
    .waitFor();
  expect(asked).toHaveLength(3);
  expect((asked[2] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(2_000);
  await page.evaluate(cancelJob, { job, token: TOKEN });
});

test("the page of a finished job gets its dataset's name after a request that failed late", async () => {
  await page.goto(product.url);
  const job = await makeRunningJob();
  await page.evaluate(cancelJob, { job, token: TOKEN });
  let asked = 0;
  await page.route("**/api/v1/datasets?*", async (route) => {
    asked += 1;
    if (asked > 1) return route.continue();
    await page.waitForTimeout(2_000);
    await route.abort();
  });
  await page.goto(`${product.url}/jobs/${job}`);
  await page.getByRole("heading", { level: 1, name: /^rows 0/ }).waitFor();
  expect(asked).toBe(2);
});

test("the page of a running job is in no hurry for a name that cannot be had, however often it is told news", async () => {
  await page.goto(product.url);
  const job = await makeRunningJob();
  const asked = await failTwice();
  await page.addInitScript(newsWithoutEnd);
  await page.goto(`${product.url}/jobs/${job}`);
  await page.getByRole("heading", { level: 1, name: /^rows 0/ }).waitFor();
  expect((asked[2] ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(5_000);
  await page.evaluate(cancelJob, { job, token: TOKEN });
});

/** Has the first two requests for datasets fail. Returns when each of them came. */
async function failTwice(): Promise<readonly number[]> {
  const asked: number[] = [];
  await page.route("**/api/v1/datasets?*", async (route) => {
    asked.push(Date.now());
    await (asked.length > 2 ? route.continue() : route.abort());
  });
  return asked;
}

/** In the page: whatever log is followed tells ten times a second how the job is. */
function newsWithoutEnd() {
  const real = window.fetch;
  window.fetch = async (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!url.endsWith("/logs")) return real(input, init);
    const job = await (await real(url.replace(/.logs$/, ""), init)).json();
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const news = JSON.stringify({ ...job, updated_at: new Date().toISOString() });
      controller.enqueue(new TextEncoder().encode(`event: job\ndata: ${news}\n\n`));
    };
    return new Response(new ReadableStream({ pull }), { headers: { "content-type": "text/event-stream" } });
  };
}

function cancelJob({ job, token }: { job: string; token: string }) {
  const headers = { authorization: `Bearer ${token}` };
  return fetch(`/api/v1/jobs/${job}/cancel`, { method: "POST", headers }).then(({ status }) => status);
}

function streamEntry(seq: number): string {
  const entry = { seq, time: "2026-01-01T00:00:00Z", level: "info", message: `entry ${seq}` };
  return `id: ${seq}\nevent: log\ndata: ${JSON.stringify(entry)}\n\n`;
}

/** A job that takes longer than all of these tests. */
async function makeRunningJob(): Promise<string> {
  return page.evaluate(async (token) => {
    const call = async (method: string, path: string, body: BodyInit, type: string) => {
      const headers = { authorization: `Bearer ${token}`, "content-type": type };
      const answer = await fetch(`/api/v1${path}`, { method, headers, body });
      return answer.json();
    };
    const json = "application/json";
    const name = `rows ${Math.random()}`;
    const dataset = await call("POST", "/datasets", JSON.stringify({ name, format: "text" }), json);
    await call(
      "PUT",
      `/datasets/${dataset.id}/content`,
      "a row with some more words\n".repeat(20_000),
      "text/plain",
    );
    const wanted = { dataset_id: dataset.id, base_model: "char-mlp-base", parameters: { epochs: 100 } };
    const job = await call("POST", "/jobs", JSON.stringify(wanted), json);
    if (!job.id) throw new Error(JSON.stringify(job));
    return job.id;
  }, TOKEN);
}
