import { Agent, request } from "node:https";
import { setTimeout as wait } from "node:timers/promises";
import type { ProdSite } from "./prod-site.ts";

/** What became of one request: when it was sent, how long it took, and how it was lost, where it was. */
export type Asked = { sentAtMs: number; ms: number; lost?: string };

/** Ends the load. Resolves, when the last request has ended, with all of them in the order of their ends. */
export type StopSiteLoad = () => Promise<Asked[]>;

const REQUEST_MS_MAX = 15_000;
/** No load outlives its story. */
const LOAD_MS_MAX = 1_200_000;
/** One request in so many writes. */
const WRITES_EVERY = 10;
const PATHS = ["/api/v1/datasets?limit=1", "/api/v1/jobs?limit=1", "/api/v1/health/ready", "/"];

type Wanted = { path: string; method?: string; body?: string };

function wantedAt(index: number): Wanted {
  if (index % WRITES_EVERY !== 0) return { path: PATHS[index % PATHS.length] ?? "/" };
  const name = `load-${process.pid}-${Date.now()}-${index}`;
  return { path: "/api/v1/datasets", method: "POST", body: JSON.stringify({ name, format: "text" }) };
}

/** How a request was lost; undefined where its whole answer came, and was 2xx. */
function ask(site: ProdSite, agent: Agent, { path, method = "GET", body }: Wanted) {
  const { domain: servername, address: host, authority: ca, token } = site;
  const headers = { host: servername, authorization: `Bearer ${token}`, "content-type": "application/json" };
  return new Promise<string | undefined>((resolve) => {
    const lost = (why: string) => resolve(`${method} ${path}: ${why}`);
    const options = { host, servername, ca, path, method, headers, agent, timeout: REQUEST_MS_MAX };
    const asking = request(options, (answer) => {
      const status = answer.statusCode ?? 0;
      const end = () => (status >= 200 && status < 300 ? resolve(undefined) : lost(`status ${status}`));
      answer
        .resume()
        .once("end", end)
        .once("error", (error) => lost(error.message));
    });
    asking.once("timeout", () => asking.destroy(new Error(`nothing for ${REQUEST_MS_MAX} ms`)));
    asking.once("error", (error) => lost(error.message)).end(body);
  });
}

/** Asks a site for pages, and has it write, so many times a second, whatever becomes of it, until it is stopped. */
export function startSiteLoad(site: ProdSite, perSecond: number): StopSiteLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const all: Asked[] = [];
  const underWay = new Set<Promise<void>>();
  const stop = AbortSignal.timeout(LOAD_MS_MAX);
  let isStopped = false;
  const one = async (index: number) => {
    const sentAtMs = Date.now();
    const lost = await ask(site, agent, wantedAt(index));
    all.push({ sentAtMs, ms: Date.now() - sentAtMs, ...(lost ? { lost } : {}) });
  };
  const run = async () => {
    const started = performance.now();
    for (let sent = 0; !isStopped && !stop.aborted; ) {
      for (; sent < ((performance.now() - started) / 1_000) * perSecond; sent += 1) {
        const asked = one(sent);
        underWay.add(asked);
        void asked.finally(() => underWay.delete(asked));
      }
      await wait(1_000 / perSecond);
    }
    await Promise.all(underWay);
    agent.destroy();
  };
  const running = run();
  return async () => {
    isStopped = true;
    await running;
    return all;
  };
}

/** The requests that were lost, a line each. */
export function lostOf(all: readonly Asked[]): string[] {
  return all.flatMap(({ sentAtMs, ms, lost }) =>
    lost ? [`${new Date(sentAtMs).toISOString()} ${lost} after ${ms} ms`] : [],
  );
}

/** How long after a moment the site served again: from then on, no request was lost or took longer than this. */
export function servingAgainMs(all: readonly Asked[], sinceMs: number, slowMs: number): number {
  const bad = all.filter(({ sentAtMs, ms, lost }) => sentAtMs + ms > sinceMs && (lost || ms > slowMs));
  return Math.max(0, ...bad.map(({ sentAtMs }) => sentAtMs - sinceMs));
}
