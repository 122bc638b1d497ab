import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CertificateError } from "./certificate-error.ts";
import type { CertificatesConfig } from "./config.ts";
import { addFailure, clearFailures, readFailures, waitSeconds } from "./failures.ts";

const MINUTE = 60;
const HOUR = 3_600;
const now = new Date("2026-01-01T00:00:00Z");

function settings(): CertificatesConfig {
  return {
    ...{ domain: "app.test", directoryUrl: "https://ca.test/dir", email: "a@b.test", renewAtFraction: 0.6 },
    isTrial: false,
    ...{
      store: mkdtempSync(join(tmpdir(), "certificates-")),
      challengePort: 0,
      door: "edge:8080",
      statusPort: 0,
    },
  };
}

test("in no hour there are five attempts that fail, which is what Let's Encrypt allows", () => {
  const starts = [0];
  for (let count = 1; count < 10; count += 1)
    starts.push((starts.at(-1) ?? 0) + waitSeconds("challenge-failed", count, 0));
  const inHourFrom = (start: number) => starts.filter((at) => at >= start && at < start + HOUR).length;
  expect(Math.max(...starts.map(inHourFrom))).toBeLessThan(5);
});

test("waits grow to half a day and no further", () => {
  expect(waitSeconds("challenge-failed", 1, 0)).toBe(5 * MINUTE);
  expect(waitSeconds("challenge-failed", 2, 0)).toBe(10 * MINUTE);
  expect(waitSeconds("challenge-failed", 1_000, 0)).toBe(12 * HOUR);
});

test("a name without an address is looked up every minute: that asks no authority", () => {
  expect(waitSeconds("no-address", 50, 0)).toBe(MINUTE);
});

test("an authority that says when to come again is not asked before", () => {
  expect(waitSeconds("rate-limited", 1, 5 * HOUR)).toBe(5 * HOUR);
  expect(waitSeconds("rate-limited", 1, 0)).toBe(HOUR);
});

test("failures outlive the program and count up", async () => {
  const config = settings();
  const error = new CertificateError("challenge-failed", "no");
  const first = await addFailure(config, await readFailures(config), { error, now });
  await addFailure(config, await readFailures(config), { error, now });
  expect(first.count).toBe(1);
  expect(await readFailures(config)).toMatchObject({
    ...{ count: 2, reason: "challenge-failed", message: "no" },
    retryAt: now.getTime() + 10 * MINUTE * 1_000,
  });
});

test.each(["no-address", "no-door"] as const)(
  "what was waited for (%s) leaves no wait for what comes after",
  async (reason) => {
    const config = settings();
    const waiting = new CertificateError(reason, "");
    await addFailure(config, undefined, { error: waiting, now });
    await addFailure(config, await readFailures(config), { error: waiting, now });
    const error = new CertificateError("challenge-failed", "");
    expect((await addFailure(config, await readFailures(config), { error, now })).count).toBe(1);
  },
);

test("other settings begin anew", async () => {
  const config = settings();
  await addFailure(config, undefined, { error: new CertificateError("refused", ""), now });
  expect(await readFailures({ ...config, email: "other@b.test" })).toBeUndefined();
});

test("a certificate ends them, and an unreadable file counts for none", async () => {
  const config = settings();
  await addFailure(config, undefined, { error: new CertificateError("refused", ""), now });
  await clearFailures(config);
  expect(await readFailures(config)).toBeUndefined();
  writeFileSync(join(config.store, "failures.json"), "{");
  expect(await readFailures(config)).toBeUndefined();
});
