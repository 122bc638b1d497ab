import { setTimeout as sleep } from "node:timers/promises";
import { Cron } from "croner";
import type { PointInTimeConfig } from "../config.ts";
import type { Context } from "../context.ts";
import type { Figures, PointInTimeFigures } from "../metrics.ts";
import { countFailure, runItself } from "../run-itself.ts";
import { archiveFault, archiveState } from "./archive-state.ts";
import type { PointInTimeStatus } from "./status.ts";

const LOOK_MS = 60_000;
const PREPARE_AGAIN_MS = 10_000;

export type BaseScheduleArgs = {
  config: PointInTimeConfig;
  /** Where what is found is written down. */
  figures: Figures;
  /** Looks for all backups, base backups among them; resolves with whether they could be read. */
  look: () => Promise<boolean>;
};

/** By repository: when the newest base backup that is proven there was taken, in Unix seconds; 0 where none is. */
export function newestProvenBase(
  names: readonly string[],
  places: PointInTimeStatus["places"],
): Record<string, number> {
  const newest = (name: string) =>
    (places[name]?.bases ?? [])
      .filter(({ state }) => state === "good")
      .map(({ takenAt }) => Math.floor(Date.parse(takenAt) / 1_000));
  return Object.fromEntries(names.map((name) => [name, Math.max(0, ...newest(name))]));
}

/** Asks the server how it gets on, and says so when that changes. */
async function lookAtArchive({ databaseUrl, note }: Context, figures: PointInTimeFigures): Promise<void> {
  const wasFailing = figures.archive?.isFailing ?? false;
  figures.archive = await archiveState(databaseUrl).catch(() => null);
  const fault = figures.archive && archiveFault(figures.archive);
  if (fault && !wasFailing) note(fault);
  if (figures.archive && !fault && wasFailing) note("the write-ahead log is archived again");
}

async function takeScheduledBase({ figures, look }: BaseScheduleArgs): Promise<void> {
  const answer = await runItself("backup", "base");
  if (answer.failed) countFailure(figures, answer.failed);
  await look();
}

/** Whether one was due since the newest proven one was taken. */
function isOverdue(cron: Cron, { baseLastVerified }: PointInTimeFigures): boolean {
  const [due] = cron.previousRuns(1, new Date());
  return due !== undefined && Math.min(...Object.values(baseLastVerified)) * 1_000 < due.getTime();
}

/**
 * Makes the archive ready as soon as server and store are there, takes base backups when they are due, and looks every
 * minute whether the server gets rid of its log. Lasts as long as the process.
 */
export async function runBaseSchedule(context: Context, args: BaseScheduleArgs): Promise<never> {
  const { config, figures, look } = args;
  const names = context.config.repositories.map(({ name }) => name);
  const own: PointInTimeFigures = { baseLastVerified: newestProvenBase(names, {}), archive: null };
  figures.pointInTime = own;
  const cron = new Cron(config.schedule, { timezone: "UTC", protect: true }, () => takeScheduledBase(args));
  while ((await runItself("archive", "prepare")).failed) await sleep(PREPARE_AGAIN_MS);
  for (let hasLooked = false; ; ) {
    await lookAtArchive(context, own);
    // First thing, so that a stack that comes up is not held up.
    await sleep(LOOK_MS);
    if (hasLooked || !(await look())) continue;
    hasLooked = true;
    if (isOverdue(cron, own) && !cron.isBusy()) void cron.trigger();
  }
}
