import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BEFORE_ASKING, type CertificateError, type Reason } from "./certificate-error.ts";
import type { CertificatesConfig } from "./config.ts";
import { writeWhole } from "./write-whole.ts";

/** Failures in a row. Kept in the store, so that a program that starts anew does not ask anew at once. */
export type Failures = {
  /** What was asked for: failures of another authority, name or account do not count. */
  of: string;
  count: number;
  reason: Reason;
  message: string;
  /** Unix milliseconds. */
  retryAt: number;
};

const FILE = "failures.json";
const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** The first wait, which each further failure doubles, and the longest. */
const WAITS: Partial<Record<Reason, { first: number; most: number }>> = {
  // Asks nobody but the resolver: the operator is about to enter the address.
  "no-address": { first: 30, most: MINUTE },
  // The same up that has turned certificates on changes the door.
  "no-door": { first: 5, most: MINUTE },
  "authority-unreachable": { first: MINUTE, most: HOUR },
  "rate-limited": { first: HOUR, most: 24 * HOUR },
};

/** Let's Encrypt lets a name fail five times an hour: 0, 5, 15, 35 and 75 minutes are four. */
const OTHER_WAIT = { first: 5 * MINUTE, most: 12 * HOUR };

/** Seconds until the next attempt after so many failures in a row. */
export function waitSeconds(reason: Reason, count: number, retryAfterSeconds: number): number {
  const { first, most } = WAITS[reason] ?? OTHER_WAIT;
  return Math.max(Math.min(first * 2 ** Math.min(count - 1, 20), most), retryAfterSeconds);
}

function subject({ directoryUrl, domain, email, profile = "" }: CertificatesConfig): string {
  return [directoryUrl, domain, email, profile].join(" ");
}

/** The failures so far, of what is asked for now. */
export async function readFailures(config: CertificatesConfig): Promise<Failures | undefined> {
  const text = await readFile(join(config.store, FILE), "utf8").catch(() => "null");
  const failures = parse(text);
  return failures?.of === subject(config) ? failures : undefined;
}

/** A file that cannot be read counts for none. */
function parse(text: string): Failures | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Adds one, and says when to try again. */
export async function addFailure(
  config: CertificatesConfig,
  before: Failures | undefined,
  { error, now }: { error: CertificateError; now: Date },
): Promise<Failures> {
  const { reason, message, retryAfterSeconds } = error;
  const count = (before && !BEFORE_ASKING.has(before.reason) ? before.count : 0) + 1;
  const retryAt = now.getTime() + waitSeconds(reason, count, retryAfterSeconds) * 1_000;
  const failures = { of: subject(config), count, reason, message, retryAt };
  await writeWhole(join(config.store, FILE), JSON.stringify(failures));
  return failures;
}

/** Forgets them: there is a certificate. */
export async function clearFailures({ store }: CertificatesConfig): Promise<void> {
  await writeWhole(join(store, FILE), "null");
}
