import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { ApiClient, Job } from "./api-client.ts";

/** What became of a load's requests: none may be lost. */
export type LoadResult = {
  /** Requests at the constant rate, and how many of them came late: the machine could not keep up. */
  sent: number;
  /** Slow requests, each five seconds long. */
  slow: number;
  /** How often the event stream was opened; more than once where its server left. */
  streams: number;
  events: number;
  /** What was lost, a line each: no answer, an answer that is not 2xx, an event that is missing. */
  lost: string[];
};

export type LoadArgs = {
  url: string;
  token: string;
  api: ApiClient;
  perSecond: number;
  /** Ends the load by itself after so long. */
  msMax?: number;
};

/** Ends the load, and tells what became of it. */
export type StopLoad = () => Promise<LoadResult>;

const REQUEST_MS_MAX = 15_000;
const SLOW_MS = 5_000;
const SLOW_PIECES = 10;
/** No load outlives its story. */
const LOAD_MS = 900_000;
const PATHS = ["/api/v1/datasets?limit=1", "/api/v1/jobs?limit=1", "/api/v1/health/ready", "/"];

type Requested = {
  path: string;
  method?: string;
  headers?: Record<string, string>;
  send?(out: ClientRequest): void;
};

class Load {
  readonly result: LoadResult = { sent: 0, slow: 0, streams: 0, events: 0, lost: [] };
  readonly stop = new AbortController();
  readonly #args: LoadArgs;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(args: LoadArgs) {
    this.#args = args;
    this.stop.signal.addEventListener("abort", () => clearTimeout(limit));
    const limit = setTimeout(() => this.stop.abort(), args.msMax ?? LOAD_MS);
  }

  get #isOver(): boolean {
    return this.stop.signal.aborted;
  }

  #lose(what: string, why: string): void {
    this.result.lost.push(`${new Date().toISOString()} ${what}: ${why}`);
  }

  /** Sends one request; resolves with its answer's head, or undefined where it was lost, which is noted. */
  #request({ path, method = "GET", headers = {}, send }: Requested): Promise<IncomingMessage | undefined> {
    return new Promise((resolve) => {
      const lose = (why: string) => {
        this.#lose(`${method} ${path}`, why);
        resolve(undefined);
      };
      const options = {
        ...{ method, agent: this.#agent, timeout: REQUEST_MS_MAX },
        headers: { authorization: `Bearer ${this.#args.token}`, ...headers },
      };
      const out = httpRequest(new URL(path, this.#args.url), options, (answer) => {
        const status = answer.statusCode ?? 0;
        if (status >= 200 && status < 300) return resolve(answer);
        answer.resume();
        lose(`status ${status}`);
      });
      out.once("timeout", () => out.destroy(new Error(`nothing for ${REQUEST_MS_MAX} ms`)));
      out.once("error", (error: NodeJS.ErrnoException) => lose(error.code ?? error.message));
      if (send) send(out);
      else out.end();
    });
  }

  /** The same to the end of the answer. */
  async #whole(requested: Requested): Promise<void> {
    const answer = await this.#request(requested);
    if (!answer) return;
    try {
      for await (const _piece of answer);
    } catch (error) {
      this.#lose(`${requested.method ?? "GET"} ${requested.path}`, `cut off: ${(error as Error).message}`);
    }
  }

  /** So many requests a second, whatever becomes of them: a slow server is not asked less. */
  async constantRate(): Promise<void> {
    const { perSecond } = this.#args;
    const started = performance.now();
    const underWay = new Set<Promise<void>>();
    while (!this.#isOver) {
      const due = Math.floor(((performance.now() - started) / 1_000) * perSecond);
      for (; this.result.sent < due; this.result.sent += 1) {
        const one = this.#whole({ path: PATHS[this.result.sent % PATHS.length] ?? "/" });
        underWay.add(one);
        void one.finally(() => underWay.delete(one));
      }
      await wait(1_000 / perSecond);
    }
    await Promise.all(underWay);
  }

  /** Uploads that take five seconds each, one after another: longer than it takes to end a container. */
  async slowRequests(): Promise<void> {
    while (!this.#isOver) {
      try {
        await this.#slowRequest();
      } catch (error) {
        this.#lose("around a slow request", (error as Error).message);
        await wait(1_000);
      }
    }
  }

  async #slowRequest(): Promise<void> {
    const { api } = this.#args;
    const piece = Buffer.from(`${"a boat ".repeat(20)}\n`);
    const length = `${piece.length * SLOW_PIECES}`;
    const name = `slow-${process.pid}-${Date.now()}`;
    const { id } = await api.call<{ id: string }>("POST", "/datasets", { name, format: "text" });
    await this.#whole({
      path: `/api/v1/datasets/${id}/content`,
      method: "PUT",
      headers: { "content-type": "application/octet-stream", "content-length": length },
      send: (out) => void trickle(out, piece),
    });
    this.result.slow += 1;
    const { status } = await api.fetch(`/datasets/${id}`, { method: "DELETE" });
    if (status !== 204) throw new Error(`DELETE of a dataset: status ${status}`);
  }

  /** Follows a job's log; where the stream's server leaves, goes on at the last event, as a browser does. */
  async eventStream(jobId: string): Promise<void> {
    let last = 0;
    while (!this.#isOver) {
      const headers = { accept: "text/event-stream", "last-event-id": `${last}` };
      const answer = await this.#request({ path: `/api/v1/jobs/${jobId}/logs`, headers });
      this.result.streams += 1;
      if (!answer) {
        // As a browser waits: a stack that is away loses one stream in that time, not thousands.
        await wait(200);
        continue;
      }
      const leave = () => answer.destroy();
      this.stop.signal.addEventListener("abort", leave, { once: true });
      // Stopped while the stream was being opened: nobody tells it again.
      if (this.#isOver) leave();
      try {
        for await (const text of answer.setEncoding("utf8")) {
          for (const [, id] of String(text).matchAll(/^id: ?(\d+)$/gm)) {
            if (Number(id) !== last + 1) this.#lose("event", `${id} came after ${last}`);
            last = Number(id);
            this.result.events += 1;
          }
        }
      } catch {
        // Cut off: what was missed comes with the next stream.
      }
      await wait(200);
    }
  }
}

async function trickle(out: ClientRequest, piece: Buffer): Promise<void> {
  for (let sent = 0; sent < SLOW_PIECES && !out.destroyed; sent += 1) {
    out.write(piece);
    await wait(SLOW_MS / SLOW_PIECES);
  }
  out.end();
}

/** A job that writes to its log for minutes. */
async function longJob(api: ApiClient): Promise<string> {
  const text = Array.from({ length: 4_000 }, (_, n) => `the boat ${n} slides down into the sea`).join("\n");
  const dataset_id = await api.createDataset(`load-${process.pid}-${Date.now()}`, text);
  const parameters = { epochs: 100, seed: 1 };
  return (await api.call<Job>("POST", "/jobs", { dataset_id, base_model: "char-mlp-base", parameters })).id;
}

/** Asks a stack without pause, in three ways at once, until it is stopped. */
export async function startLoad(args: LoadArgs): Promise<StopLoad> {
  const jobId = await longJob(args.api);
  const load = new Load(args);
  const all = Promise.all([load.constantRate(), load.slowRequests(), load.eventStream(jobId)]);
  return async () => {
    load.stop.abort();
    await all;
    await args.api.call("POST", `/jobs/${jobId}/cancel`);
    return load.result;
  };
}
