import type { Acme } from "./acme.ts";
import { BEFORE_ASKING, CertificateError, certificateError, type Reason } from "./certificate-error.ts";
import type { CertificatesConfig } from "./config.ts";
import { addFailure, clearFailures, type Failures, readFailures } from "./failures.ts";
import { type Issued, putIssued, readIssued } from "./issued.ts";
import { nextDue, type RenewalWindow } from "./plan.ts";

export type KeeperParts = {
  config: CertificatesConfig;
  acme: Acme;
  /** The addresses that a name leads to; none where it leads nowhere. */
  addressesOf(domain: string): Promise<readonly string[]>;
  /** Whether the door passes the authority's questions on to this program. */
  doorPasses(): Promise<boolean>;
  now(): Date;
  /** Tells the operator. */
  note(level: "info" | "warn" | "error", message: string): void;
};

/** What is known of the certificate. */
export type Figures = {
  issued: Issued | undefined;
  /** When a certificate is asked for next. */
  dueAt: Date;
  lastAttempt: Date;
  /** Since the program has started. */
  failures: Partial<Record<Reason, number>>;
};

/** How often the authority is asked when it would like a renewal: as it says, within these bounds. */
const WINDOW_SECONDS = { least: 3_600, most: 86_400 };

/** Keeps one certificate good: asks for it, renews it in time, and leaves the old one in use when that fails. */
export class CertificateKeeper {
  readonly figures: Figures = {
    issued: undefined,
    dueAt: new Date(0),
    lastAttempt: new Date(0),
    failures: {},
  };
  readonly #parts: KeeperParts;
  #window: RenewalWindow | undefined;
  #askWindowAt = 0;

  constructor(parts: KeeperParts) {
    this.#parts = parts;
  }

  /** Does what is due. Never rejects for what the authority or the network do. */
  async turn(): Promise<void> {
    const { config, now } = this.#parts;
    const failures = await readFailures(config);
    this.figures.issued = await readIssued(config);
    await this.#askWindow();
    const due = this.#due(failures);
    if (due.at > now()) return;
    this.figures.lastAttempt = now();
    try {
      await this.#obtain(due.why, failures);
    } catch (thrown) {
      await this.#failed(certificateError(thrown), failures);
    }
  }

  #due(failures: Failures | undefined) {
    const { config } = this.#parts;
    const due = nextDue({ config, issued: this.figures.issued, window: this.#window, failures });
    this.figures.dueAt = due.at;
    return due;
  }

  async #obtain(why: string, before: Failures | undefined): Promise<void> {
    const { config, acme, now, note } = this.#parts;
    const { domain, isTrial } = config;
    await this.#requireReady();
    note("info", `a certificate for ${domain} is asked for: ${why}`);
    // Counted before it ends: a program that is killed here over and over, or cannot write, must not ask over and over.
    const error = new CertificateError("interrupted", "the last attempt did not come to its end");
    await addFailure(config, before, { error, now: now() });
    const pair = await acme.obtain(this.figures.issued);
    const issued = await putIssued(config, pair, now());
    await clearFailures(config);
    this.figures.issued = issued;
    this.#window = undefined;
    this.#askWindowAt = 0;
    this.#due(undefined);
    const what = isTrial ? "was had, as a trial that is not served" : "is in use";
    note("info", `a certificate for ${domain} ${what}: it ends on ${issued.notAfter.toISOString()}`);
  }

  /** What can be known without the authority, which lets nobody fail often. */
  async #requireReady(): Promise<void> {
    const { config, addressesOf, doorPasses } = this.#parts;
    if ((await addressesOf(config.domain)).length === 0) {
      const what = `${config.domain} leads to no address yet: enter one at your DNS provider (the output publicIps)`;
      throw new CertificateError("no-address", `${what}. It is looked up again within a minute.`);
    }
    if (await doorPasses()) return;
    const what = "the door does not pass the authority's questions on yet, as while an up changes it";
    throw new CertificateError("no-door", `${what}. It is tried again within a minute.`);
  }

  async #failed(error: CertificateError, before: Failures | undefined): Promise<void> {
    const { config, now, note } = this.#parts;
    const failures = await addFailure(config, before, { error, now: now() });
    const { failures: counted, issued } = this.figures;
    counted[error.reason] = (counted[error.reason] ?? 0) + 1;
    this.#due(failures);
    const kept = issued ? ` The old one stays in use; it ends on ${issued.notAfter.toISOString()}.` : "";
    const again = ` Next attempt: ${new Date(failures.retryAt).toISOString()}.`;
    if (!BEFORE_ASKING.has(error.reason)) note("error", `${error.message}${kept}${again}`);
    // Looked at every minute, for days perhaps: said once.
    else if (before?.reason !== error.reason) note("warn", `${error.message}${kept}`);
  }

  /** An authority that cannot be asked now is asked later: the certificate's lifetime says enough. */
  async #askWindow(): Promise<void> {
    const { config, acme, now } = this.#parts;
    const { issued } = this.figures;
    if (issued?.directoryUrl !== config.directoryUrl || now().getTime() < this.#askWindowAt) return;
    const window = await acme.renewalWindow(issued).catch(() => undefined);
    const seconds = Math.max(window?.askAgainSeconds ?? WINDOW_SECONDS.least, WINDOW_SECONDS.least);
    this.#askWindowAt = now().getTime() + Math.min(seconds, WINDOW_SECONDS.most) * 1_000;
    if (window) this.#window = window;
  }
}
