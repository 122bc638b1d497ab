import { REASONS, type Reason } from "./backup-error.ts";
import type { ArchiveState } from "./point-in-time/archive-state.ts";

/** What the schedule knows of its backups. Times are Unix seconds. */
export type Figures = {
  /** By repository: when the newest proven backup there was taken; 0 where there is none. */
  lastVerified: Record<string, number>;
  /** Of the last run, good or bad. */
  lastAttempt: number;
  lastDurationSeconds: number;
  /** Of the last good one. */
  lastBytes: number;
  failures: Partial<Record<Reason, number>>;
  nextRun: number;
  /** Where point-in-time recovery is on. */
  pointInTime?: PointInTimeFigures;
};

export type PointInTimeFigures = {
  /** By repository: when the newest proven base backup there was taken; 0 where there is none. */
  baseLastVerified: Record<string, number>;
  /** Null while the server cannot be asked. */
  archive: ArchiveState | null;
};

type Metric = { name: string; type: "gauge" | "counter"; help: string; values: Record<string, number> };

function lines({ name, type, help, values }: Metric): string {
  const samples = Object.entries(values).map(([labels, value]) => `${name}${labels} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples, ""].join("\n");
}

function labelled(label: string, values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`{${label}="${key}"}`, value]));
}

function gauge(name: string, help: string, values: Record<string, number>): Metric {
  return { name, help, values, type: "gauge" };
}

function pointInTimeMetrics({ baseLastVerified, archive }: PointInTimeFigures): Metric[] {
  const base = gauge(
    "backup_base_last_verified_timestamp_seconds",
    "When the newest base backup that was proven by recovering from it was taken, 0 where there is none.",
    labelled("repository", baseLastVerified),
  );
  // Without figures, rather than with old ones: an alarm for their absence rings.
  if (!archive) return [base];
  const of = (name: string, help: string, value: number) => gauge(`backup_log_${name}`, help, { "": value });
  return [
    base,
    of("archived_timestamp_seconds", "When the server last archived its log.", archive.lastArchived),
    of("waiting_segments", "Parts of the server's log that are not archived yet.", archive.waitingSegments),
    of("bytes", "What the server's log takes of its disk.", archive.logBytes),
    of("failing", "1 where the server does not get rid of its log.", Number(archive.isFailing)),
  ];
}

/** The figures as Prometheus' text. Every reason is there from the start, so that its first failure is an increase. */
export function renderMetrics(figures: Figures): string {
  const failures = Object.fromEntries(REASONS.map((reason) => [reason, figures.failures[reason] ?? 0]));
  return [
    gauge(
      "backup_last_verified_timestamp_seconds",
      "When the newest backup that was proven by restoring it was taken, 0 where there is none.",
      labelled("repository", figures.lastVerified),
    ),
    gauge("backup_last_attempt_timestamp_seconds", "When the last run began.", { "": figures.lastAttempt }),
    gauge("backup_last_duration_seconds", "Of the last run, its proof included.", {
      "": figures.lastDurationSeconds,
    }),
    gauge("backup_last_bytes", "Of the last good backup, before encryption.", { "": figures.lastBytes }),
    gauge("backup_next_run_timestamp_seconds", "When the next run is due.", { "": figures.nextRun }),
    ...(figures.pointInTime ? pointInTimeMetrics(figures.pointInTime) : []),
    {
      ...{ name: "backup_failures_total", type: "counter" as const },
      help: "Scheduled runs that did not end with a proven backup, by reason.",
      values: labelled("reason", failures),
    },
  ]
    .map(lines)
    .join("");
}
