import pg from "pg";

/** Payload: the job's id. Sent when its status, progress or log changes. */
export const JOB_CHANGED = "job_changed";
/** Payload: the job's id. Sent when a running job was canceled. */
export const JOB_CANCELED = "job_canceled";
/** No payload. Sent when a job may be claimed. */
export const JOB_QUEUED = "job_queued";

const RECONNECT_MS = 1_000;
const KEEPALIVE_MS = 20_000;

type Handler = (payload: string) => void;

/**
 * One connection that LISTENs. Notifications sent while it reconnects are lost: whoever relies on them also polls
 * slowly. `onConnect` runs after each (re)connect, so that callers can look at once.
 */
export class Listener {
  readonly #url: string;
  readonly #handlers: ReadonlyMap<string, Handler>;
  readonly #onConnect: () => void;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, handlers: Readonly<Record<string, Handler>>, onConnect: () => void = () => {}) {
    this.#url = url;
    this.#handlers = new Map(Object.entries(handlers));
    this.#onConnect = onConnect;
  }

  /** Resolves after the first try, whether it worked or not. */
  async start(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: "slipway-listener",
      connectionTimeoutMillis: 3_000,
      keepAlive: true,
    });
    this.#client = client;
    client.on("error", () => this.#reconnect(client));
    client.on("end", () => this.#reconnect(client));
    client.on("notification", ({ channel, payload }) => this.#handlers.get(channel)?.(payload ?? ""));
    try {
      await client.connect();
      for (const channel of this.#handlers.keys()) await client.query(`LISTEN ${channel}`);
      this.#keepAlive(client);
      this.#onConnect();
    } catch {
      this.#reconnect(client);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => {});
  }

  /** A dead peer is noticed by a query, not by silence. */
  #keepAlive(client: pg.Client): void {
    this.#timer = setTimeout(() => {
      const deadline = setTimeout(() => this.#reconnect(client), 5_000);
      client
        .query("SELECT 1")
        .then(() => client === this.#client && !this.#closed && this.#keepAlive(client))
        .catch(() => this.#reconnect(client))
        .finally(() => clearTimeout(deadline));
    }, KEEPALIVE_MS);
    this.#timer.unref();
  }

  #reconnect(client: pg.Client): void {
    if (this.#closed || client !== this.#client) return;
    this.#client = undefined;
    clearTimeout(this.#timer);
    client.end().catch(() => {});
    this.#timer = setTimeout(() => void this.start(), RECONNECT_MS);
  }
}
