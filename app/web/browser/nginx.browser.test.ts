import { get, type IncomingMessage } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Frontend, startFrontend } from "./frontend.ts";

let frontend: Frontend;
let script = "";

beforeAll(async () => {
  frontend = await startFrontend();
  const html = (await ask("/")).body.toString();
  script = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? "";
});
afterAll(() => frontend?.remove());

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** Asks without decompressing, which `fetch` would. */
function ask(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(frontend.url + path, { headers }, async (answer) => {
      const body = Buffer.concat(await answer.toArray());
      resolve({ status: answer.statusCode, headers: answer.headers, body });
    }).on("error", reject);
  });
}

describe("compression", () => {
  test.each(["br", "gzip, deflate, br, zstd", "br;q=0.5", "BR", "gzip;q=0.1, br;q=1.0"])(
    "%s gets brotli under the script's own type",
    async (accepted) => {
      const plain = await ask(script);
      const { headers, body } = await ask(script, { "accept-encoding": accepted });
      expect(headers).toMatchObject({
        "content-encoding": "br",
        "content-type": "text/javascript; charset=utf-8",
        vary: "Accept-Encoding",
      });
      expect(brotliDecompressSync(body).equals(plain.body)).toBe(true);
    },
  );

  test.each(["gzip", "gzip, br;q=0", "gzip, br;q=0.0", "gzip, brotli"])("%s gets gzip", async (accepted) => {
    const plain = await ask(script);
    const { headers, body } = await ask(script, { "accept-encoding": accepted });
    expect(headers["content-encoding"]).toBe("gzip");
    expect(headers.vary).toBe("Accept-Encoding");
    expect(gunzipSync(body).equals(plain.body)).toBe(true);
  });

  test("who asks for nothing gets the file itself", async () => {
    const { headers } = await ask(script);
    expect(headers["content-encoding"]).toBeUndefined();
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
  });

  test("the page and the style come as brotli too", async () => {
    const accept = { "accept-encoding": "br" };
    const page = await ask("/", accept);
    expect(page.headers).toMatchObject({
      "content-encoding": "br",
      "content-type": "text/html; charset=utf-8",
    });
    const style = /href="(\/assets\/[^"]+\.css)"/.exec(brotliDecompressSync(page.body).toString())?.[1] ?? "";
    expect((await ask(style, accept)).headers).toMatchObject({
      "content-encoding": "br",
      "content-type": "text/css; charset=utf-8",
    });
  });
});

describe("caching", () => {
  test("hashed files are kept for a year, the page is asked for again each time", async () => {
    expect((await ask(script)).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    for (const path of ["/", "/jobs/0190", "/index.html"]) {
      expect((await ask(path)).headers["cache-control"]).toBe("no-cache");
    }
  });

  test("an unchanged page costs no body", async () => {
    const { etag = "" } = (await ask("/jobs")).headers;
    const again = await ask("/jobs", { "if-none-match": etag });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  });

  test("a file of an older release is a 404 that nobody keeps, not the page", async () => {
    const gone = await ask("/assets/index-00000000.js");
    expect(gone.status).toBe(404);
    expect(gone.headers["cache-control"]).toBeUndefined();
  });
});

test("any other address is the page", async () => {
  const { status, body } = await ask("/datasets/new");
  expect(status).toBe(200);
  expect(body.toString()).toContain('<div id="app">');
});

test("nothing inline is in the page and the policy allows none", async () => {
  const { headers, body } = await ask("/");
  expect(headers["content-security-policy"]).toContain(
    "default-src 'none'; script-src 'self'; style-src 'self'",
  );
  expect(headers["content-security-policy"]).not.toContain("unsafe");
  expect(body.toString()).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/);
});

test("the font is a font", async () => {
  const font = /href="(\/assets\/[^"]+\.woff2)"/.exec((await ask("/")).body.toString())?.[1] ?? "";
  expect((await ask(font)).headers["content-type"]).toBe("font/woff2");
});
