import { registerHooks } from "node:module";

/**
 * What makes a lease a lease: nobody takes a job before its end, and nobody writes without it. With them goes the wait
 * of jobs that were lost before: ten losses would take longer than a test.
 */
const CUTS: readonly (readonly [from: string, to: string])[] = [
  ["AND lease_expires_at < now()", ""],
  ["AND lease_token = $2", "AND $2::uuid IS NOT NULL"],
  ["CASE WHEN times > 1 THEN now() + random() * times * interval '30 s' ELSE run_at END", "run_at"],
];

/** node --import app/testing/without-lease.ts …: the queue with its leases cut out, to show that a test would notice. */
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.endsWith("/adapters/postgres/queue.ts")) return loaded;
    const source = CUTS.reduce((text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`the queue holds no "${from}" to cut out`);
      return text.replaceAll(from, to);
    }, String(loaded.source));
    return { ...loaded, source };
  },
});
