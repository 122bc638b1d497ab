// The product's queue beside a bare SKIP LOCKED loop, on servers that write to disk, runs alternating.
// Usage: node bench/queue.ts [rounds]
import { bareRate } from "./queue/bare-loop.ts";
import { fillQueue, startDatabase } from "./queue/database.ts";
import { meanRate, percentile, startLatencies, workerRate } from "./queue/measure.ts";
import { renderTable } from "./table.ts";

const SHARE_OF_BARE_MIN = 0.5;
const START_P95_MS_MAX = 100;
const GROWTH_MAX = 1.5;
const BACKLOGS = [0, 10_000, 100_000];
/** The worker's default pool, and as many bare loops. */
const POOL_SIZE = 5;
/** Short runs in turn, so that a slow moment of the disk slows both. */
const JOBS_PER_RUN = 250;
const LATENCIES = 300;
const LATER_MS = 3_600_000;
const rounds = Number(process.argv[2] ?? 10);

/** One for each backlog, measured in turn too: figures of different minutes are not compared. */
const queues = await Promise.all(
  BACKLOGS.map(async (backlog) => ({
    backlog,
    database: await startDatabase(25),
    bare: [] as number[],
    real: [] as number[],
    latencies: [] as number[],
  })),
);
// A stopping worker ends what it has begun, up to its pool more than asked.
const taken = rounds * 2 * (JOBS_PER_RUN + POOL_SIZE);
for (const { backlog, database } of queues) await fillQueue(database.url, backlog + taken);
for (let round = 0; round < rounds; round += 1) {
  for (const { database, bare, real } of queues) {
    bare.push(await bareRate(database.url, POOL_SIZE, JOBS_PER_RUN));
    real.push(await workerRate(database, POOL_SIZE, JOBS_PER_RUN));
  }
}
// An idle pool has no job that is due: these wait for their time, in the same index.
for (const { backlog, database } of queues) await fillQueue(database.url, backlog, LATER_MS);
for (let round = 0; round < rounds; round += 1) {
  for (const { database, latencies } of queues)
    latencies.push(...(await startLatencies(database, POOL_SIZE, Math.ceil(LATENCIES / rounds))));
}
for (const { database } of queues) await database.remove();
const rateRows = queues.map(({ backlog, bare, real }) => ({
  backlog,
  bare: meanRate(bare),
  real: meanRate(real),
}));

const percent = (share: number) => `${Math.round(share * 100)} %`;
process.stdout.write(
  renderTable(
    [`jobs a second, ${POOL_SIZE} at once, ${rounds} runs each`, "bare loop", "worker", "share"],
    rateRows.map(({ backlog, bare, real }) => [
      `${backlog} more queued`,
      bare.toFixed(0),
      real.toFixed(0),
      percent(real / bare),
    ]),
  ),
);
process.stdout.write("\n");
process.stdout.write(
  renderTable(
    [`start latency, ms, ${LATENCIES} jobs, idle pool`, "p50", "p95", "p99", "most"],
    queues.map(({ backlog, latencies }) => [
      `${backlog} queued for later`,
      ...[0.5, 0.95, 0.99, 1].map((share) => percentile(latencies, share).toFixed(1)),
    ]),
  ),
);

const share = Math.min(...rateRows.map(({ bare, real }) => real / bare));
const p95 = queues.map(({ latencies }) => percentile(latencies, 0.95));
const slowing = (rateRows[0]?.real ?? Number.NaN) / (rateRows.at(-1)?.real ?? Number.NaN);
const latencyGrowth = (p95.at(-1) ?? Number.NaN) / (p95[0] ?? Number.NaN);
const verdicts = [
  [
    `share of the bare loop ${percent(share)}, at least ${percent(SHARE_OF_BARE_MIN)}`,
    share >= SHARE_OF_BARE_MIN,
  ],
  [
    `start latency p95 ${Math.max(...p95).toFixed(1)} ms, under ${START_P95_MS_MAX}`,
    Math.max(...p95) < START_P95_MS_MAX,
  ],
  [
    `a job costs ${slowing.toFixed(2)} times as much at 100,000 as at 0, at most ${GROWTH_MAX}`,
    slowing <= GROWTH_MAX,
  ],
  [
    `start latency p95 ${latencyGrowth.toFixed(2)} times as long, at most ${GROWTH_MAX}`,
    latencyGrowth <= GROWTH_MAX,
  ],
] as const;
for (const [text, kept] of verdicts) process.stdout.write(`\n${text}: ${kept ? "kept" : "BROKEN"}`);
process.stdout.write("\n");
process.exitCode = verdicts.every(([, kept]) => kept) ? 0 : 1;
