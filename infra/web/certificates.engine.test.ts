import { Agent, get, type RequestOptions } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Container } from "../../certificates/testing/containers.ts";
import { DOMAIN, ELSEWHERE, type Rig, startRig } from "../../certificates/testing/rig.ts";

let rig: Rig;
let keeper: Container;

const WITHIN = { timeout: 90_000, interval: 500 };
const NOT_AFTER = "certificate_not_after_timestamp_seconds";
const FAILED_CHALLENGES = 'certificate_failures_total{reason="challenge-failed"}';

beforeAll(async () => {
  rig = await startRig();
});

afterAll(() => rig?.remove());

const serial = async () => (await rig.served()).serialNumber;
const chain = () => rig.inStore("cat live/chain.pem");
const attempts = (log: string) => log.split("is asked for").length - 1;

/** Waits until the door serves another certificate than that one. */
async function untilOther(before: string): Promise<string> {
  await expect.poll(() => serial().catch(() => before), WITHIN).not.toBe(before);
  return serial();
}

/** Length of an answer of the door. */
function fetchLength(options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const target = { host: rig.door.address, port: 8443, servername: DOMAIN, ca: rig.pebble.root };
    const asked = get({ ...target, ...options }, (response) => {
      let length = 0;
      response.on("data", (chunk) => {
        length += chunk.length;
      });
      response.once("end", () => resolve(length));
      response.once("error", reject);
    });
    asked.once("error", reject);
  });
}

/** Clients that ask again and again over connections that stay open, until `done`. */
async function clientsUntil(done: Promise<unknown>): Promise<{ asked: number; failures: string[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 4 });
  const told = { asked: 0, failures: [] as string[] };
  let isDone = false;
  void done.finally(() => {
    isDone = true;
  });
  const client = async () => {
    while (!isDone) {
      told.asked += 1;
      await fetchLength({ path: "/", agent }).catch((error) => told.failures.push(String(error)));
    }
  };
  await Promise.all([client(), client(), client(), client()]);
  agent.destroy();
  return told;
}

test("until there is one, the door serves the stack's own, and finds no challenge", async () => {
  await expect.poll(() => rig.statusInClear("/").catch(() => 0), WITHIN).toBe(308);
  await expect(rig.served()).rejects.toMatchObject({ code: "SELF_SIGNED_CERT_IN_CHAIN" });
  expect(await rig.statusInClear("/.well-known/acme-challenge/none")).toBe(404);
  expect(rig.door.log()).toContain("the stack's own is served");
});

test("a certificate is had by the first try and served, for the domain and by the authority", async () => {
  keeper = rig.keep();
  await untilOther("");
  const { subjectaltname, valid_to } = await rig.served();
  expect(subjectaltname).toBe(`DNS:${DOMAIN}`);
  expect(await rig.metric(keeper, NOT_AFTER)).toBe(Date.parse(valid_to) / 1_000);
  expect(attempts(keeper.log())).toBe(1);
  expect(rig.door.log()).toContain("a new certificate is served from now on");
});

test("a program that starts anew keeps the certificate", async () => {
  const before = await serial();
  rig.end(keeper);
  keeper = rig.keep();
  await expect.poll(() => rig.metric(keeper, NOT_AFTER).catch(() => 0), WITHIN).toBeGreaterThan(0);
  await sleep(6_000);
  expect(attempts(keeper.log())).toBe(0);
  expect(await serial()).toBe(before);
});

test("it is renewed when its authority asks for it, by the same account", async () => {
  const before = await serial();
  await rig.pebble.setRenewalWindow(chain(), new Date(Date.now() - 2_000), new Date(Date.now() - 1_000));
  rig.end(keeper);
  keeper = rig.keep({ profile: "brief" });
  await untilOther(before);
  expect(keeper.log()).toContain("its authority would like it renewed");
  expect(rig.pebble.container.log().match(/There are now \d+ accounts/g)).toEqual([
    "There are now 1 accounts",
  ]);
});

test("renewed when due, again and again, it ends no download and fails no request", async () => {
  const before = await serial();
  const download = fetchLength({ path: "/slow", agent: new Agent() });
  const clients = clientsUntil(download);
  const second = await untilOther(before);
  expect(await download).toBe(600_000);
  const { asked, failures } = await clients;
  expect(failures).toEqual([]);
  expect(asked).toBeGreaterThan(100);
  await untilOther(second);
});

test("a refused challenge is told plainly, and the old certificate stays", async () => {
  rig.end(keeper);
  keeper = rig.keep();
  await untilOther(await serial());
  const before = await serial();
  rig.end(keeper);
  keeper = rig.keep({ domain: ELSEWHERE });
  await expect.poll(() => rig.metric(keeper, FAILED_CHALLENGES).catch(() => 0), WITHIN).toBe(1);
  expect(keeper.log()).toContain(`no certificate for ${ELSEWHERE} (challenge-failed)`);
  expect(keeper.log()).toContain(`http://${ELSEWHERE}/ (port 80)`);
  expect(keeper.log()).toContain("The old one stays in use");
  expect(await serial()).toBe(before);
});

test("a certificate that Nginx refuses is never served: neither now nor by a door that starts anew", async () => {
  const before = await serial();
  rig.inStore(
    "mkdir issued/broken && cp live/chain.pem issued/broken/ && echo no > issued/broken/key.pem && ln -sfn issued/broken live",
  );
  await expect.poll(() => rig.door.log(), WITHIN).toContain("Nginx refuses it");
  expect(await serial()).toBe(before);
  rig.door.docker("restart");
  await expect.poll(() => rig.statusInClear("/").catch(() => 0), WITHIN).toBe(308);
  await expect(rig.served()).rejects.toMatchObject({ code: "SELF_SIGNED_CERT_IN_CHAIN" });
});
