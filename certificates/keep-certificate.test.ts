import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import type { Acme } from "./acme.ts";
import { CertificateError } from "./certificate-error.ts";
import type { CertificatesConfig } from "./config.ts";
import type { Issued, Pair } from "./issued.ts";
import { CertificateKeeper } from "./keep-certificate.ts";
import { issue } from "./testing/issue.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let config: CertificatesConfig;
let now: Date;
let said: string[];
/** What the authority was asked: the fingerprint of what is to be replaced. */
let asked: (string | undefined)[];
let addresses: string[];
let isDoorReady: boolean;
let answer: () => Promise<Pair>;
let window: Acme["renewalWindow"];

beforeEach(() => {
  config = {
    ...{ domain: "app.test", directoryUrl: "https://ca.test/dir", email: "a@b.test", renewAtFraction: 0.5 },
    isTrial: false,
    ...{
      store: mkdtempSync(join(tmpdir(), "certificates-")),
      challengePort: 0,
      door: "edge:8080",
      statusPort: 0,
    },
  };
  now = new Date("2026-01-01T00:00:00Z");
  said = [];
  asked = [];
  addresses = ["192.0.2.1"];
  isDoorReady = true;
  answer = () => issue("app.test", now);
  window = async () => undefined;
});

function keeper(): CertificateKeeper {
  const obtain = (old: Issued | undefined) => {
    asked.push(old?.fingerprint);
    return answer();
  };
  return new CertificateKeeper({
    ...{ config, now: () => now, addressesOf: async () => addresses },
    doorPasses: async () => isDoorReady,
    acme: { obtain, renewalWindow: (issued) => window(issued) },
    note: (level, message) => said.push(`${level}: ${message}`),
  });
}

const pass = (ms: number) => {
  now = new Date(now.getTime() + ms);
};
const liveChain = () => readFileSync(join(config.store, "live/chain.pem"), "utf8");
const refusal = () => Promise.reject(new CertificateError("challenge-failed", "app.test did not answer."));

describe("a certificate", () => {
  test("is had by the first turn, and left alone until it is due", async () => {
    const kept = keeper();
    await kept.turn();
    pass(364 * DAY_MS);
    await kept.turn();
    expect(asked).toEqual([undefined]);
    pass(2 * DAY_MS);
    await kept.turn();
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatch(/^[0-9a-f]{64}$/);
  });

  test("is not asked for again by a program that starts anew", async () => {
    await keeper().turn();
    await keeper().turn();
    expect(asked).toHaveLength(1);
  });

  test("is not asked for while the name leads nowhere, and is within a minute after", async () => {
    addresses = [];
    const kept = keeper();
    await kept.turn();
    expect(asked).toEqual([]);
    pass(60_000);
    await kept.turn();
    expect(said).toEqual([expect.stringMatching(/^warn: app.test leads to no address yet.*publicIps/)]);
    addresses = ["192.0.2.1"];
    pass(60_000);
    await kept.turn();
    expect(kept.figures.issued?.domain).toBe("app.test");
  });

  test("is not asked for while the door does not pass the authority's questions on, and is soon after", async () => {
    isDoorReady = false;
    const kept = keeper();
    await kept.turn();
    pass(5_000);
    await kept.turn();
    expect(asked).toEqual([]);
    expect(said).toEqual([expect.stringMatching(/^warn: the door does not pass .* on yet/)]);
    isDoorReady = true;
    pass(10_000);
    await kept.turn();
    expect(kept.figures.issued?.domain).toBe("app.test");
    expect(kept.figures.failures).toEqual({ "no-door": 2 });
  });

  test("is renewed when its authority asks for it", async () => {
    const kept = keeper();
    await kept.turn();
    window = async () => ({ start: new Date(0), end: new Date(1), askAgainSeconds: 60 });
    await kept.turn();
    expect(asked).toHaveLength(2);
    expect(said.at(-2)).toContain("its authority would like it renewed");
  });

  test("is renewed by its lifetime where the authority cannot be asked when it would like that", async () => {
    window = () => Promise.reject(new CertificateError("authority-unreachable", ""));
    const kept = keeper();
    await kept.turn();
    pass(366 * DAY_MS);
    await kept.turn();
    expect(asked).toHaveLength(2);
  });
});

describe("a trial", () => {
  test("is asked for and told of, and the door never sees it", async () => {
    config = { ...config, isTrial: true };
    const kept = keeper();
    await kept.turn();
    await kept.turn();
    expect(asked).toHaveLength(1);
    expect(said.at(-1)).toContain("as a trial that is not served");
    expect(liveChain).toThrow(/ENOENT/);
  });
});

describe("a failure", () => {
  test("leaves the old certificate in use, says so and why, and counts", async () => {
    const kept = keeper();
    await kept.turn();
    const old = liveChain();
    pass(366 * DAY_MS);
    answer = refusal;
    await kept.turn();
    expect(liveChain()).toBe(old);
    expect(said.at(-1)).toMatch(
      /^error: app.test did not answer. The old one stays in use; it ends on 2028-01-01/,
    );
    expect(kept.figures.failures).toEqual({ "challenge-failed": 1 });
  });

  test("is waited after, also by a program that starts anew", async () => {
    answer = refusal;
    await keeper().turn();
    await keeper().turn();
    expect(asked).toHaveLength(1);
    pass(5 * 60_000);
    await keeper().turn();
    expect(asked).toHaveLength(2);
  });

  test("of the authority's own is not asked about before the authority wants to be", async () => {
    answer = () => Promise.reject(new CertificateError("rate-limited", "", 30 * 3_600));
    const kept = keeper();
    await kept.turn();
    pass(29 * HOUR_MS);
    await kept.turn();
    expect(asked).toHaveLength(1);
    pass(HOUR_MS);
    await kept.turn();
    expect(asked).toHaveLength(2);
  });

  test("is forgotten with the next certificate", async () => {
    answer = refusal;
    const kept = keeper();
    await kept.turn();
    pass(HOUR_MS);
    answer = () => issue("app.test", now);
    await kept.turn();
    expect(kept.figures.dueAt.getTime()).toBeGreaterThan(now.getTime() + 300 * DAY_MS);
  });

  test("that kills the program is one too: it does not ask over and over", async () => {
    answer = () => new Promise(() => {});
    void keeper().turn();
    await expect.poll(() => asked.length).toBe(1);
    await keeper().turn();
    expect(asked).toHaveLength(1);
    pass(5 * 60_000);
    void keeper().turn();
    await expect.poll(() => asked.length).toBe(2);
  });

  test("to write asks no authority: what it gave would be lost", async () => {
    rmSync(config.store, { recursive: true });
    writeFileSync(config.store, "");
    await expect(keeper().turn()).rejects.toThrow();
    expect(asked).toEqual([]);
  });
});
