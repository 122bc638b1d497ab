import { setTimeout as sleep } from "node:timers/promises";
import type { Pool } from "./pool.ts";

/** Who reads a job's log live does not see this pause; a busy worker saves a statement for most of its jobs. */
const PAUSE_MS = 20;

/**
 * Tells listeners of changes that are already stored: of the first at once, of all that gather meanwhile together.
 * A NOTIFY inside the storing transaction would make it hold a lock of the whole server over its write to disk, so
 * that no two of them are written together: measured on 5 runs at once, that halves the jobs a second.
 * What is lost with the process is found by the listeners' slow polling.
 */
export class Announcer {
  readonly #pool: Pool;
  readonly #channel: string;
  readonly #waiting = new Set<string>();
  #busy = false;

  constructor(pool: Pool, channel: string) {
    this.#pool = pool;
    this.#channel = channel;
  }

  announce(payload: string): void {
    this.#waiting.add(payload);
    if (!this.#busy) void this.#send();
  }

  async #send(): Promise<void> {
    this.#busy = true;
    while (this.#waiting.size > 0) {
      const payloads = [...this.#waiting];
      this.#waiting.clear();
      const query = { name: "announce", text: ANNOUNCE, values: [this.#channel, payloads] };
      await this.#pool.query(query).catch(() => {});
      await sleep(PAUSE_MS);
    }
    this.#busy = false;
  }
}

/** There is nothing to keep of a notification, so nobody waits for the disk. */
const ANNOUNCE = `SELECT pg_notify($1, payload)
  FROM set_config('synchronous_commit', 'off', true), unnest($2::text[]) AS payload`;
