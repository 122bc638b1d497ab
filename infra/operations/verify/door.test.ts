import { once } from "node:events";
import { createServer as createServerInClear, type RequestListener } from "node:http";
import { createServer } from "node:https";
import type { Server } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createAuthority } from "../../../cli/internal-ca.ts";
import { ask, askJson, type Door } from "./door.ts";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

async function listening(server: Server): Promise<number> {
  servers.push(server.listen(0, "127.0.0.1"));
  await once(server, "listening");
  return (server.address() as { port: number }).port;
}

async function doorInClear(answer: RequestListener): Promise<Door> {
  const port = await listening(createServerInClear(answer));
  return { url: `http://127.0.0.1:${port}`, authority: "", token: "the token" };
}

describe("a door over TLS", () => {
  const issuing = createAuthority("test");

  async function doorOf(name: string): Promise<Door> {
    const authority = await issuing;
    const { certificate: cert, key } = await authority.issue(["app.example.org"]);
    const server = createServer({ cert, key }, ({ headers }, answer) => answer.end(headers.host));
    const port = await listening(server);
    return {
      url: `https://${name}:${port}`,
      address: "127.0.0.1",
      authority: authority.certificate,
      token: "t",
    };
  }

  test("is reached at its address by its name, and tells when its certificate ends", async () => {
    const { status, body, certificate } = await ask(await doorOf("app.example.org"), { path: "/" });
    expect([status, body.toString()]).toEqual([200, expect.stringMatching(/^app\.example\.org:/)]);
    expect(certificate?.ends.getTime()).toBeGreaterThan(Date.now());
    expect(certificate?.begins.getTime()).toBeLessThan(Date.now());
  });

  test("is refused with a certificate of another name, or of an authority that nobody knows", async () => {
    await expect(ask(await doorOf("other.example.org"), { path: "/" })).rejects.toThrow(/altnames/);
    const stranger = (await createAuthority("test")).certificate;
    const door = { ...(await doorOf("app.example.org")), authority: stranger };
    await expect(ask(door, { path: "/" })).rejects.toThrow(/certificate/);
  });
});

describe("a door in clear", () => {
  test("is given the token and the content, and its JSON is read", async () => {
    const door = await doorInClear(async (request, answer) => {
      const body = (await request.setEncoding("utf8").toArray()).join("");
      answer.statusCode = 201;
      answer.end(JSON.stringify({ method: request.method, token: request.headers.authorization, body }));
    });
    expect(await askJson(door, { method: "POST", path: "/x", json: { a: 1 } }, 201)).toEqual({
      method: "POST",
      token: "Bearer the token",
      body: '{"a":1}',
    });
  });

  test("that answers with another status than expected is told with its words", async () => {
    const door = await doorInClear((_request, answer) => {
      answer.statusCode = 500;
      answer.end("it leaks");
    });
    await expect(askJson(door, { path: "/x" }, 200)).rejects.toThrow(
      "GET /x was answered with 500, not 200: it leaks",
    );
  });

  test("that has had too many requests is asked again when it says", async () => {
    let asked = 0;
    const door = await doorInClear((_request, answer) => {
      asked += 1;
      answer.statusCode = asked === 1 ? 429 : 200;
      answer.setHeader("retry-after", "1");
      answer.end();
    });
    expect((await ask(door, { path: "/" })).status).toBe(200);
    expect(asked).toBe(2);
  });
});
