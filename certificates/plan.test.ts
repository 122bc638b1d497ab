import { expect, test } from "vitest";
import type { Failures } from "./failures.ts";
import type { Issued } from "./issued.ts";
import { nextDue } from "./plan.ts";

const config = { directoryUrl: "https://ca.test/dir", domain: "app.test", renewAtFraction: 0.6 };
const day = (number: number) => new Date(Date.UTC(2026, 0, number));
const issued: Issued = {
  ...{ chain: "", directoryUrl: config.directoryUrl, domain: "app.test", fingerprint: "8".padEnd(64, "0") },
  ...{ notBefore: day(1), notAfter: day(101) },
};
const due = (more: Partial<Parameters<typeof nextDue>[0]> = {}) =>
  nextDue({ config, issued, window: undefined, failures: undefined, ...more });

test("where there is none, a certificate is due at once", () => {
  expect(due({ issued: undefined })).toEqual({ at: new Date(0), why: "there is none yet" });
});

test("it is renewed by the fraction of its lifetime, however long that is", () => {
  expect(due().at).toEqual(day(61));
  expect(due({ issued: { ...issued, notAfter: day(11) } }).at).toEqual(day(7));
});

test("its authority may ask for it earlier; each certificate has its own place in that window", () => {
  const window = { start: day(21), end: day(41) };
  expect(due({ window })).toEqual({ at: day(31), why: "its authority would like it renewed" });
  expect(due({ window, issued: { ...issued, fingerprint: "0".repeat(64) } }).at).toEqual(day(21));
});

test("its authority cannot put a renewal off beyond the fraction", () => {
  expect(due({ window: { start: day(90), end: day(99) } }).at).toEqual(day(61));
});

test("another domain or authority is due at once, and it is said why", () => {
  expect(due({ config: { ...config, domain: "new.test" } })).toMatchObject({
    at: new Date(0),
    why: "the present one is for app.test",
  });
  expect(due({ config: { ...config, directoryUrl: "https://other.test" } }).at).toEqual(new Date(0));
});

test("after a failure nothing is due before its wait is over", () => {
  const failures: Failures = {
    ...{ of: "", count: 1, reason: "challenge-failed", message: "", retryAt: day(70).getTime() },
  };
  expect(due({ failures }).at).toEqual(day(70));
  expect(due({ failures: { ...failures, retryAt: day(2).getTime() } }).at).toEqual(day(61));
});
