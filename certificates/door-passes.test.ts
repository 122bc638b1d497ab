import { once } from "node:events";
import { createServer, get, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../app/testing/free-port.ts";
import { doorPasses } from "./door-passes.ts";

/** A door that does that with every request. */
async function door(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const domain = "app.boats.example";

test("a door passes when the program's own answer comes back, to a question for the domain", async () => {
  const challengePort = await freePort();
  const asked: (string | undefined)[] = [];
  const passing = await door(({ url, headers }, answer) => {
    asked.push(headers.host);
    get({ port: challengePort, path: url }, (own) => own.pipe(answer));
  });
  expect(await doorPasses({ door: passing, domain, challengePort })).toBe(true);
  expect(asked).toEqual([domain]);
  // The port is free again for whoever answers the authority.
  expect(await doorPasses({ door: passing, domain, challengePort })).toBe(true);
});

test("one that answers by itself, as a door without certificates, or that is not there, does not", async () => {
  const challengePort = await freePort();
  const page = await door((_question, answer) => answer.end("<!doctype html>"));
  expect(await doorPasses({ door: page, domain, challengePort })).toBe(false);
  const nowhere = `127.0.0.1:${await freePort()}`;
  expect(await doorPasses({ door: nowhere, domain, challengePort })).toBe(false);
});
