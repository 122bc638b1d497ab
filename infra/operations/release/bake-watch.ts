import { resolve4 } from "node:dns/promises";

/** Counters of one process, as its metrics tell them. */
export type Counters = { requests: number; errors: number; buckets: Record<string, number> };

/** Reads the counters of requests out of Prometheus' text. */
export function countersOf(text: string): Counters {
  const counters: Counters = { requests: 0, errors: 0, buckets: {} };
  for (const line of text.split("\n")) {
    const [, name, labels = "", value] = /^(\w+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    if (name === "http_requests_total") {
      counters.requests += Number(value);
      if (/status="5/.test(labels)) counters.errors += Number(value);
    }
    const bound = name === "http_request_duration_seconds_bucket" && /le="([^"]+)"/.exec(labels)?.[1];
    if (bound) counters.buckets[bound] = (counters.buckets[bound] ?? 0) + Number(value);
  }
  return counters;
}

/** What was counted between two looks. A process that was not there before, or is another now, counts from nothing. */
export function since(before: Counters | undefined, now: Counters): Counters {
  if (!before || before.requests > now.requests) return now;
  const buckets = Object.entries(now.buckets).map(([le, count]) => [le, count - (before.buckets[le] ?? 0)]);
  return {
    requests: now.requests - before.requests,
    errors: now.errors - before.errors,
    buckets: Object.fromEntries(buckets),
  };
}

export function sum(all: readonly Counters[]): Counters {
  const total: Counters = { requests: 0, errors: 0, buckets: {} };
  for (const { requests, errors, buckets } of all) {
    total.requests += requests;
    total.errors += errors;
    for (const [le, count] of Object.entries(buckets)) total.buckets[le] = (total.buckets[le] ?? 0) + count;
  }
  return total;
}

/** The counters of one process; undefined where it does not tell them in time: the next look may. */
export async function countersAt(address: string, port: number): Promise<Counters | undefined> {
  try {
    const answer = await fetch(`http://${address}:${port}/metrics`, { signal: AbortSignal.timeout(3_000) });
    return answer.ok ? countersOf(await answer.text()) : undefined;
  } catch {
    return undefined;
  }
}

async function look(host: string, port: number): Promise<Map<string, Counters>> {
  const addresses = await resolve4(host).catch(() => []);
  const looks = addresses.map(async (address): Promise<[string, Counters][]> => {
    const counters = await countersAt(address, port);
    return counters ? [[address, counters]] : [];
  });
  return new Map((await Promise.all(looks)).flat());
}

/**
 * Watches every process behind a name of the network for some seconds, and tells a line each second: what they have
 * counted since the beginning. Runs inside of the network, in a container of its own, so this file stands alone.
 */
export async function watch(host: string, port: number, seconds: number): Promise<void> {
  const first = await look(host, port);
  const latest = new Map(first);
  for (let second = 0; second < seconds; second += 1) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    for (const [address, counters] of await look(host, port)) latest.set(address, counters);
    const counted = [...latest].map(([address, counters]) => since(first.get(address), counters));
    process.stdout.write(`${JSON.stringify({ processes: latest.size, counted: sum(counted) })}\n`);
  }
}
