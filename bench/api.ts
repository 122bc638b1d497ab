// The API with everything on beside a bare Fastify that asks the same of one database, runs alternating.
// Usage: node bench/api.ts [rounds]
import { checkAllIsOn, checkSameAnswers } from "./api/check.ts";
import { benchJobs, startDatabase } from "./api/database.ts";
import { type Load, putLoad } from "./api/load.ts";
import { type BenchServer, startBare, startReal } from "./api/servers.ts";
import { percentile } from "./queue/measure.ts";
import { renderTable } from "./table.ts";

const SHARE_OF_BARE_MIN = 0.7;
const CONNECTIONS = 32;
/** Runs in turn, so that a slow moment of the machine slows both; long enough that opening connections is no 1 %. */
const REQUESTS_PER_RUN = 20_000;
/** By then both are compiled as far as they will be: fewer flatter the smaller program. */
const WARM_UP_REQUESTS = 30_000;
const JOBS = 1_000;
const HEALTH_PATH = "/api/v1/health";
/** The bare server's answer that is kept for a second, as the API keeps its own. */
const KEPT_HEALTH_PATH = "/api/v1/health/kept";
const rounds = Number(process.argv[2] ?? 6);

interface Figures {
  readonly route: string;
  /** Whether the share is to be kept; others are for whoever reads. */
  readonly isRequired: boolean;
  readonly bare: readonly Load[];
  readonly real: readonly Load[];
}

const figures = await measure();
const rows = figures.flatMap(({ route, bare, real }) => [
  rowOf(`${route}, bare`, bare),
  rowOf(`${route}, real`, real),
]);
const head = [
  `${CONNECTIONS} connections, ${rounds} runs of ${REQUESTS_PER_RUN} requests each`,
  "requests/s",
  "p50 ms",
  "p99 ms",
  "server CPU µs/request",
];
process.stdout.write(renderTable(head, rows));
for (const { route, bare, real } of figures.filter(({ isRequired }) => !isRequired))
  process.stdout.write(`\n${route}: ${percent(rate(real) / rate(bare))} of the bare rate`);
const verdicts = figures.filter(({ isRequired }) => isRequired).flatMap(verdictsOf);
for (const [text, kept] of verdicts) process.stdout.write(`\n${text}: ${kept ? "kept" : "BROKEN"}`);
process.stdout.write("\n");
process.exitCode = verdicts.every(([, kept]) => kept) ? 0 : 1;

async function measure(): Promise<Figures[]> {
  const database = await startDatabase();
  const servers: BenchServer[] = [];
  try {
    const jobPaths = (await benchJobs(database.url, JOBS)).map((id) => `/api/v1/jobs/${id}`);
    const togetherPaths = jobPaths.map((path) => `${path}/together`);
    const [jobPath = ""] = jobPaths;
    const [togetherPath = ""] = togetherPaths;
    const bare = await startBare(database);
    servers.push(bare);
    const real = await startReal(database);
    servers.push(real);
    await checkSameAnswers(bare, real, jobPath);
    await checkSameAnswers(bare, real, jobPath, togetherPath);
    const found = [
      { route: "GET /jobs/{id}", isRequired: true, ...(await inTurns(bare, real, jobPaths)) },
      {
        route: "GET /jobs/{id}, both looking up many at once",
        isRequired: false,
        ...(await inTurns(bare, real, jobPaths, togetherPaths)),
      },
      { route: "GET /health", isRequired: true, ...(await inTurns(bare, real, [HEALTH_PATH])) },
      {
        route: "GET /health, both asking once a second",
        isRequired: false,
        ...(await inTurns(bare, real, [HEALTH_PATH], [KEPT_HEALTH_PATH])),
      },
    ];
    // Both routes of the bare server stand beside the API's one.
    await checkAllIsOn(real, jobPath, 2 * (WARM_UP_REQUESTS + rounds * REQUESTS_PER_RUN));
    return found;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    await database.remove();
  }
}

async function inTurns(bare: BenchServer, real: BenchServer, paths: readonly string[], barePaths = paths) {
  const loads = { bare: [] as Load[], real: [] as Load[] };
  await putLoad(bare, barePaths, CONNECTIONS, WARM_UP_REQUESTS);
  await putLoad(real, paths, CONNECTIONS, WARM_UP_REQUESTS);
  for (let round = 0; round < rounds; round += 1) {
    loads.bare.push(await putLoad(bare, barePaths, CONNECTIONS, REQUESTS_PER_RUN));
    loads.real.push(await putLoad(real, paths, CONNECTIONS, REQUESTS_PER_RUN));
  }
  return loads;
}

function verdictsOf({ route, bare, real }: Figures): [text: string, kept: boolean][] {
  const share = rate(real) / rate(bare);
  const p99 = p99Ms(real) / p99Ms(bare);
  const p99Max = 1 / SHARE_OF_BARE_MIN;
  return [
    [
      `${route}: ${percent(share)} of the bare rate, at least ${percent(SHARE_OF_BARE_MIN)}`,
      share >= SHARE_OF_BARE_MIN,
    ],
    [`${route}: p99 ${p99.toFixed(2)} times the bare one's, at most ${p99Max.toFixed(2)}`, p99 <= p99Max],
  ];
}

function rowOf(name: string, loads: readonly Load[]): (string | number)[] {
  const all = loads.flatMap(({ latenciesMs }) => latenciesMs);
  const cpuSeconds = loads.reduce((sum, load) => sum + load.cpuSeconds, 0);
  const cpu = ((cpuSeconds / all.length) * 1e6).toFixed(0);
  return [name, rate(loads).toFixed(0), percentile(all, 0.5).toFixed(2), p99Ms(loads).toFixed(2), cpu];
}

function rate(loads: readonly Load[]): number {
  const requests = loads.reduce((sum, { latenciesMs }) => sum + latenciesMs.length, 0);
  return requests / loads.reduce((sum, { seconds }) => sum + seconds, 0);
}

function p99Ms(loads: readonly Load[]): number {
  return percentile(
    loads.flatMap(({ latenciesMs }) => latenciesMs),
    0.99,
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
