import type { Command } from "./command-line.ts";
import type { Context } from "./context.ts";
import { findBackup } from "./find-backup.ts";
import { list } from "./list.ts";
import { whenAlone } from "./lock.ts";
import { prepareArchive, takeBase } from "./point-in-time/take-base.ts";
import { proveBackup } from "./prove.ts";
import { restore } from "./restore.ts";
import { isMoment } from "./restore-source.ts";
import { runSchedule } from "./schedule.ts";
import { show } from "./show.ts";
import { takeBackup } from "./take.ts";

/** A backup under way is waited for: a deploy needs its restore point, and an operator the answer. */
const WAIT_SECONDS = 1_800;

/** Proves every copy of a backup anew, all its objects included. */
async function verify(context: Context, id: string) {
  const copies = await findBackup(context, id);
  const failures: unknown[] = [];
  for (const { repository, manifest } of copies) {
    try {
      context.scratch.clean();
      context.scratch.checkSpace(manifest.database.bytes);
      context.note(`${repository.name}: proving backup ${id}`);
      await proveBackup(context, { repository, manifest, read: "all", restores: true });
    } catch (error) {
      failures.push(error);
    }
  }
  context.scratch.clean();
  if (failures.length > 0) throw failures[0];
  return { verified: id, places: copies.map(({ repository }) => repository.name) };
}

async function showMoment(context: Context, to: string) {
  context.scratch.clean();
  return show(context, to).finally(() => context.scratch.clean());
}

/** Does what was asked. Resolves with the result, which is JSON, or with undefined where there is none. */
export async function runCommand(context: Context, command: Command): Promise<unknown> {
  const { databaseUrl: url, note } = context;
  const alone = <Result>(work: () => Promise<Result>) =>
    whenAlone({ url, note, waitSeconds: WAIT_SECONDS }, work);
  switch (command.do) {
    case "now": {
      const { manifest, bytes } = await alone(() =>
        takeBackup(context, { kind: command.kind, release: null }),
      );
      return { backup: manifest.id, takenAt: manifest.takenAt, bytes, objects: manifest.objects };
    }
    case "base":
      return alone(() => takeBase(context));
    case "prepare":
      return alone(() => prepareArchive(context));
    case "create": {
      const { release } = command;
      const { manifest, bytes } = await alone(() => takeBackup(context, { kind: "restore-point", release }));
      return { restorePoint: manifest.id, takenAt: manifest.takenAt, bytes };
    }
    case "restore":
      return alone(() => restore(context, command));
    case "verify":
      return alone(() => verify(context, command.id));
    case "list":
      return list(context);
    case "show": {
      const { to } = command;
      return isMoment(context, to) ? alone(() => showMoment(context, to)) : show(context, to);
    }
    case "schedule":
      return runSchedule(context);
  }
}
