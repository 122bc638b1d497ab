import { BackupError, backupError } from "../backup-error.ts";
import type { Context } from "../context.ts";
import type { Repository } from "../repository.ts";
import { basesIn, repoFlag } from "./archive.ts";
import { archiveUntilNow } from "./archived-now.ts";
import type { PgBackRest } from "./pgbackrest.ts";
import { toolOf } from "./places.ts";
import { proveBase, type TakenBase } from "./prove-base.ts";
import { quietMoment } from "./quiet-moment.ts";

/** A base backup that was taken and proven. */
export type BaseReport = { base: string; takenAt: string; bytes: number };

/** Makes every place ready for the server's log. Safe to run at any time; a server that was made anew is taken on. */
export async function prepareArchive(context: Context): Promise<object> {
  const tool = toolOf(context);
  for (const repository of context.repositories) await repository.open();
  try {
    await tool.run("the archive", ["stanza-create"]);
  } catch (error) {
    if (!/do not match/.test(backupError(error).message)) throw error;
    await tool.run("the archive", ["stanza-upgrade"]);
  }
  return { prepared: context.repositories.map(({ name }) => name) };
}

async function takeIn({ note }: Context, tool: PgBackRest, repository: Repository, place: number) {
  note(`${repository.name}: copying the server's files`);
  const flags = ["--type=full", repoFlag(place), "--no-expire-auto"];
  await tool.run(`${repository.name}: base backup`, ["backup", ...flags], "dump-failed");
  const base = (await basesIn(tool, place)).at(-1);
  if (!base) throw new BackupError("dump-failed", `${repository.name}: the base backup is not there`);
  return { repository, place, base };
}

/** Those of the works that come to a good end; what became of the others is added to the failures. */
async function each<Item, Result>(
  items: readonly Item[],
  failures: BackupError[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const item of items)
    await work(item).then(
      (result) => results.push(result),
      (error) => failures.push(backupError(error)),
    );
  return results;
}

/**
 * Takes a base backup in every repository, and proves it from there by recovering a server to a moment after it. What
 * the rule does not keep goes only when that was good. What can be done is done, even where another repository fails;
 * but it rejects with the first failure. Only for whoever holds the lock.
 */
export async function takeBase(context: Context): Promise<BaseReport> {
  const tool = toolOf(context);
  const failures: BackupError[] = [];
  context.scratch.clean();
  const open = await each([...context.repositories.entries()], failures, async ([place, repository]) => {
    await repository.open();
    return { place, repository };
  });
  if (open.length === 0 && failures[0]) throw failures[0];
  // Where a place is away, the others are ready since they were made.
  await prepareArchive(context).catch((error) => context.note(backupError(error).message));
  const taken = await each(open, failures, ({ place, repository }) =>
    takeIn(context, tool, repository, place),
  );
  if (taken.length > 0) await proveAll(context, tool, taken, failures);
  context.scratch.clean();
  if (failures[0]) throw failures[0];
  const { label, stoppedAt, bytes } = (taken[0] as TakenBase).base;
  return { base: label, takenAt: new Date(stoppedAt * 1_000).toISOString(), bytes };
}

async function proveAll(
  context: Context,
  tool: PgBackRest,
  taken: readonly TakenBase[],
  failures: BackupError[],
) {
  const moment = await quietMoment(context);
  await archiveUntilNow(context, tool);
  await each(taken, failures, (one) => proveBase(context, tool, one, moment));
}
