// Short jobs in a storm: what the queue keeps while workers, database and object store fail. Usage: node bench/chaos.ts [jobs]
import { runChaos } from "../app/testing/chaos.ts";
import { renderTable } from "./table.ts";

const END_MAX_MS = 1_800_000;
const jobs = Number(process.argv[2] ?? 500);

const report = await runChaos({ jobs, endMaxMs: END_MAX_MS });
const { succeeded = 0 } = report.statuses;
const rows: [string, string | number][] = [
  ["seconds", report.seconds.toFixed(0)],
  ["workers killed with SIGKILL", report.kills.SIGKILL],
  ["workers told to stop", report.kills.SIGTERM],
  ["restarts", report.restarts.join(", ")],
  ["jobs that lost their worker, times", report.interruptions],
  ["jobs succeeded", succeeded],
  ["jobs that never ended", report.unended.length],
  ["jobs that ended twice", report.endedTwice.length],
  ["models missing", report.modelsMissing.length],
  ["models doubled", report.modelsDoubled],
  ["different models of the same data and seed", report.differentModels],
];
process.stdout.write(renderTable([`${jobs} jobs`, ""], rows));
const kept =
  succeeded === jobs &&
  report.unended.length + report.endedTwice.length + report.modelsMissing.length + report.modelsDoubled ===
    0 &&
  report.differentModels === 1 &&
  report.restarts.length === 2;
process.stdout.write(`\neach job ends exactly once, with its one model: ${kept ? "kept" : "BROKEN"}\n`);
process.exitCode = kept ? 0 : 1;
