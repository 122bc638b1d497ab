import { mkdtempSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faultOf, putIssued, readIssued } from "./issued.ts";
import { issue } from "./testing/issue.ts";

const now = new Date("2026-01-01T00:00:00Z");
const names = { directoryUrl: "https://ca.test/dir", domain: "app.test" };
const by = { ...names, isTrial: false };
const newStore = () => mkdtempSync(join(tmpdir(), "certificates-"));
const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);

test("what was put into use is read again, with its times and who issued it", async () => {
  const store = newStore();
  await putIssued({ ...by, store }, await issue("app.test", now), now);
  expect(await readIssued({ ...by, store })).toMatchObject({
    ...names,
    notBefore: new Date("2025-12-31T23:00:00Z"),
  });
});

test("an empty store has none, and one with a damaged certificate has none either", async () => {
  const store = newStore();
  expect(await readIssued({ ...by, store })).toBeUndefined();
  await putIssued({ ...by, store }, await issue("app.test", now), now);
  writeFileSync(join(store, "live/chain.pem"), "not a certificate");
  expect(await readIssued({ ...by, store })).toBeUndefined();
});

test("the key is readable by its owner alone", async () => {
  const store = newStore();
  await putIssued({ ...by, store }, await issue("app.test", now), now);
  expect(statSync(join(store, "live/key.pem")).mode & 0o777).toBe(0o600);
});

test("a certificate whose key is another's, for another name, or over, never comes into use", async () => {
  const [good, other] = await Promise.all([issue("app.test", now), issue("app.test", now)]);
  expect(faultOf({ chain: good.chain, key: other.key }, "app.test", now)).toBe("its key is another one's");
  expect(faultOf(good, "other.test", now)).toBe("it is not for other.test");
  expect(faultOf(good, "app.test", new Date("2029-01-01"))).toMatch(/^it ended on Jan/);
  expect(faultOf(good, "app.test", now)).toBeUndefined();
});

test("a refused one leaves the old one in use", async () => {
  const store = newStore();
  const old = await issue("app.test", now);
  await putIssued({ ...by, store }, old, now);
  const wrong = { ...(await issue("app.test", now)), key: old.key };
  await expect(putIssued({ ...by, store }, wrong, later(1))).rejects.toMatchObject({ reason: "unusable" });
  expect(readFileSync(join(store, "live/chain.pem"), "utf8")).toBe(old.chain);
});

test("three stay, the one in use among them", async () => {
  const store = newStore();
  for (const minutes of [0, 1, 2, 3, 4])
    await putIssued({ ...by, store }, await issue("app.test", now), later(minutes));
  const kept = readdirSync(join(store, "issued")).sort();
  expect(kept).toHaveLength(3);
  expect(readlinkSync(join(store, "live"))).toBe(`issued/${kept.at(-1)}`);
});

test("a trial is kept beside what is in use, and neither takes the other's place", async () => {
  const store = newStore();
  const served = await issue("app.test", now);
  const trial = { ...by, isTrial: true, store };
  await putIssued({ ...by, store }, served, now);
  for (const minutes of [1, 2, 3, 4]) await putIssued(trial, await issue("app.test", now), later(minutes));
  expect(readFileSync(join(store, "live/chain.pem"), "utf8")).toBe(served.chain);
  expect((await readIssued(trial))?.fingerprint).not.toBe((await readIssued({ ...by, store }))?.fingerprint);
});
