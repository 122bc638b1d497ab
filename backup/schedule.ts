import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { Cron } from "croner";
import { METRICS_PORT } from "./config.ts";
import type { Context } from "./context.ts";
import { type Figures, renderMetrics } from "./metrics.ts";
import { newestProvenBase, runBaseSchedule } from "./point-in-time/base-schedule.ts";
import type { PointInTimeStatus } from "./point-in-time/status.ts";
import { countFailure, runItself } from "./run-itself.ts";

/** Backups by hand and restore points are found within so long. */
const LOOK_MS = 15 * 60_000;
const LOOK_AGAIN_MS = 60_000;
/** A stack that is new, or was off when a run was due, gets its backup when it has settled. */
const CATCH_UP_MS = 10 * 60_000;

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);

type ListedBackup = { takenAt: string | null; places: Record<string, { state?: string } | string> };

/** By repository: when the newest backup that is proven there was taken, in Unix seconds. */
export function newestProven(
  names: readonly string[],
  backups: readonly ListedBackup[],
): Record<string, number> {
  const isGood = (place: ListedBackup["places"][string] | undefined) =>
    typeof place === "object" && place.state === "good";
  const newest = (name: string) =>
    backups
      .filter(({ places, takenAt }) => takenAt !== null && isGood(places[name]))
      .map(({ takenAt }) => seconds(Date.parse(takenAt ?? "")));
  return Object.fromEntries(names.map((name) => [name, Math.max(0, ...newest(name))]));
}

async function look({ config }: Context, figures: Figures): Promise<boolean> {
  const answer = await runItself("backup", "list");
  if (answer.failed || (answer.failures as unknown[]).length > 0) return false;
  const names = config.repositories.map(({ name }) => name);
  figures.lastVerified = newestProven(names, answer.backups as ListedBackup[]);
  const pointInTime = answer.pointInTime as PointInTimeStatus | null;
  if (figures.pointInTime && pointInTime)
    figures.pointInTime.baseLastVerified = newestProvenBase(names, pointInTime.places);
  return true;
}

async function takeScheduled(context: Context, figures: Figures): Promise<void> {
  const began = Date.now();
  figures.lastAttempt = seconds(began);
  const answer = await runItself("backup", "now", "--scheduled");
  figures.lastDurationSeconds = (Date.now() - began) / 1_000;
  if (answer.failed) countFailure(figures, answer.failed);
  else figures.lastBytes = answer.bytes as number;
  await look(context, figures);
}

/** Whether a run that was due is missing: the newest proven backup is older than the last time one was due. */
export function isOverdue(cron: Cron, lastVerified: Figures["lastVerified"], now: Date): boolean {
  const [due] = cron.previousRuns(1, now);
  return due !== undefined && Math.min(...Object.values(lastVerified)) < seconds(due.getTime());
}

function serve(figures: () => Figures): void {
  const server = createServer(({ url }, response) => {
    const found = url === "/metrics" ? renderMetrics(figures()) : url === "/healthz" ? "ok\n" : undefined;
    response.writeHead(found === undefined ? 404 : 200, { "content-type": "text/plain; version=0.0.4" });
    response.end(found ?? "not found\n");
  });
  server.listen(METRICS_PORT);
}

/** Takes backups when they are due, for as long as the process lives, and tells of them at `/metrics`. */
export async function runSchedule(context: Context): Promise<never> {
  const { config, note } = context;
  const figures: Figures = {
    lastVerified: Object.fromEntries(config.repositories.map(({ name }) => [name, 0])),
    ...{ lastAttempt: 0, lastDurationSeconds: 0, lastBytes: 0, failures: {}, nextRun: 0 },
  };
  const cron = new Cron(config.schedule, { timezone: "UTC", protect: true }, () =>
    takeScheduled(context, figures),
  );
  serve(() => ({ ...figures, nextRun: seconds(cron.nextRun()?.getTime() ?? 0) }));
  note(`backups are due at "${config.schedule}" (UTC), the next at ${cron.nextRun()?.toISOString()}`);
  if (config.pointInTime)
    void runBaseSchedule(context, {
      figures,
      config: config.pointInTime,
      look: () => look(context, figures),
    });
  while (!(await look(context, figures))) await sleep(LOOK_AGAIN_MS);
  if (isOverdue(cron, figures.lastVerified, new Date())) {
    note("a backup is overdue: it will be taken in 10 minutes");
    await sleep(CATCH_UP_MS);
    if (!cron.isBusy()) await cron.trigger();
  }
  for (;;) {
    await sleep(LOOK_MS);
    await look(context, figures);
  }
}
