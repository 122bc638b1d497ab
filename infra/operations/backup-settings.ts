import { Cron } from "croner";
import { z } from "zod";
import { textLike, whole } from "../settings/fields.ts";
import { limits } from "../swarm/service-args.ts";

/** Whether a text is a time table of five fields that is due some time. */
function isDueSometime(text: string): boolean {
  try {
    return /^\S+( \S+){4}$/.test(text) && new Cron(text, { paused: true }).nextRun() !== null;
  } catch {
    return false;
  }
}

/** A time table of five fields (minute, hour, day, month, weekday), UTC. */
function cron() {
  return z.string().refine(isDueSometime, { error: "must be a time table of five fields such as 0 3 * * *" });
}

/** An S3 bucket in another place than the stack. It must exist; its keys are the secrets `offsiteAccessKey` and `offsiteSecretKey`. */
export const OffsiteSettings = z.strictObject({
  endpoint: textLike(/^https:\/\/[a-z0-9.-]+(:[0-9]+)?$/, "an https address such as https://s3.example.org"),
  region: textLike(/^[a-z0-9-]{1,40}$/, "a region such as eu-frankfurt-1"),
  bucket: textLike(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name"),
  /** Whether the bucket's name is in the path (MinIO, Oracle Cloud) or in the host's name (AWS). */
  pathStyle: z.boolean(),
});

const Fields = z.strictObject({
  /** What a run may take: Postgres' programs, a small server to prove backups in, rclone. */
  ...limits({ memoryMbMin: 256 }),
  schedule: cron(),
  /** How many proven backups stay. One that counts for two is kept once. */
  keep: z.strictObject({
    last: whole(1, 100),
    daily: whole(0, 366),
    weekly: whole(0, 100),
    monthly: whole(0, 120),
    restorePoints: whole(1, 20),
  }),
  /** The copy of each object is read again, and compared, within so many backups. */
  objectsRereadEvery: whole(1, 366),
  /** Processes that dump and restore side by side. */
  jobs: whole(1, 16),
  offsite: OffsiteSettings.optional(),
  /** Whether the database's write-ahead log is archived, so that any second can be gone back to. Needs the next two. */
  pitr: z.boolean().optional(),
  /** Copies of the server's files, from which its log leads on to any later second. */
  baseBackups: z
    .strictObject({
      schedule: cron(),
      /** How many stay: the oldest is as far as one can go back. Two, so that a good one stays while the next is proven. */
      keep: whole(2, 100),
    })
    .optional(),
  /** What was written may wait so long for being archived: what is lost with the machine. Each part is 16 MB, packed. */
  archiveSecondsMax: whole(10, 3_600).optional(),
});

function needsItsNumbers(settings: z.infer<typeof Fields>, context: z.RefinementCtx): void {
  if (!settings.pitr) return;
  for (const name of ["baseBackups", "archiveSecondsMax"] as const)
    if (settings[name] === undefined)
      context.addIssue({ code: "custom", path: [name], message: "must be there where pitr is true" });
}

export const BackupsSettings = Fields.superRefine(needsItsNumbers);

export type BackupsSettings = z.infer<typeof BackupsSettings>;

/** Settings of point-in-time recovery; undefined where it is off. */
export function pointInTimeSettings({ pitr, baseBackups, archiveSecondsMax }: BackupsSettings) {
  if (!pitr || !baseBackups || archiveSecondsMax === undefined) return undefined;
  return { ...baseBackups, archiveSecondsMax };
}
