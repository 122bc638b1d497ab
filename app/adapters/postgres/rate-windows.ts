import type { Pool } from "./pool.ts";

export interface Window {
  /** Requests of this client in its window, this one included. */
  readonly current: number;
  /** ms until the window ends. */
  readonly ttl: number;
}

interface Waiting {
  readonly key: string;
  readonly max: number;
  readonly resolve: (window: Window) => void;
  readonly reject: (error: unknown) => void;
}

/** At least this many statements' worth of keys are not sent at once. */
const KEYS_PER_STATEMENT_MAX = 1_000;

/**
 * Counts requests per client over all replicas, exactly. The requests that arrive while one statement is under way
 * are counted by the next one together, so under load the database sees few statements, and an idle replica adds
 * one round trip. A client known to be over its limit is refused from memory until its window ends.
 */
export class RateWindows {
  readonly #pool: Pool;
  readonly #windowMs: number;
  #waiting: Waiting[] = [];
  #busy = false;
  readonly #exceeded = new Map<string, { current: number; endsAt: number }>();

  constructor(pool: Pool, windowMs: number) {
    this.#pool = pool;
    this.#windowMs = windowMs;
  }

  /** Counts one request. Rejects when the database is away. */
  hit(key: string, max: number): Promise<Window> {
    const known = this.#exceeded.get(key);
    if (known) {
      const ttl = known.endsAt - performance.now();
      if (ttl > 0 && known.current > max) return Promise.resolve({ current: known.current, ttl });
      this.#exceeded.delete(key);
    }
    return new Promise<Window>((resolve, reject) => {
      this.#waiting.push({ key, max, resolve, reject });
      if (!this.#busy) void this.#drain();
    });
  }

  /** True when this process knows, without asking, that the client is over its limit until its window ends. */
  isExceeded(key: string): boolean {
    const known = this.#exceeded.get(key);
    return known !== undefined && known.endsAt > performance.now();
  }

  /** Drops windows that ended. */
  async sweep(): Promise<void> {
    const now = performance.now();
    for (const [key, { endsAt }] of this.#exceeded) if (endsAt <= now) this.#exceeded.delete(key);
    await this.#pool.query("DELETE FROM rate_windows WHERE expires_at < now() - interval '1 minute'");
  }

  async #drain(): Promise<void> {
    this.#busy = true;
    // Requests of the same turn of the event loop join the first statement.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, KEYS_PER_STATEMENT_MAX);
      await this.#count(batch).catch((error: unknown) => {
        for (const { reject } of batch) reject(error);
      });
    }
    this.#busy = false;
  }

  async #count(batch: readonly Waiting[]): Promise<void> {
    const byKey = Map.groupBy(batch, (waiting) => waiting.key);
    // One order for all replicas, so that two statements cannot wait for each other.
    const keys = [...byKey.keys()].sort();
    const { rows } = await this.#pool.query<{ key: string; hits: number; ttl: number }>({
      name: "count-requests",
      text: COUNT_REQUESTS,
      values: [keys, keys.map((key) => byKey.get(key)?.length), this.#windowMs],
    });
    for (const { key, hits, ttl } of rows) {
      const waiting = byKey.get(key) ?? [];
      const endsAt = performance.now() + ttl;
      waiting.forEach(({ max, resolve }, index) => {
        const current = hits - waiting.length + index + 1;
        if (current > max) this.#exceeded.set(key, { current, endsAt });
        resolve({ current, ttl });
      });
    }
  }
}

const COUNT_REQUESTS = `
  INSERT INTO rate_windows AS w (key, hits, expires_at)
  SELECT key, hits, now() + $3 * interval '1 ms' FROM unnest($1::text[], $2::int[]) AS new (key, hits)
  ON CONFLICT (key) DO UPDATE SET
    hits = CASE WHEN w.expires_at > now() THEN w.hits ELSE 0 END + excluded.hits,
    expires_at = CASE WHEN w.expires_at > now() THEN w.expires_at ELSE excluded.expires_at END
  RETURNING key, hits, (extract(epoch FROM expires_at - now()) * 1000)::float8 AS ttl`;
