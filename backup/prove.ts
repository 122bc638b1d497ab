import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { checkAnswer } from "./app-queries.ts";
import { BackupError, backupError } from "./backup-error.ts";
import { withConnection } from "./connect.ts";
import type { Context } from "./context.ts";
import { restoreDump } from "./dump.ts";
import { fileFaults } from "./file-entries.ts";
import { type Manifest, type ObjectEntry, type Proof, tableDifferences } from "./manifest.ts";
import { isTurn, proveObjects } from "./objects.ts";
import { ownFault } from "./own-fault.ts";
import { createDatabaseSql, createRoleSql, withProofServer } from "./proof-server.ts";
import type { Repository } from "./repository.ts";
import { MANIFEST } from "./stored-backup.ts";
import { tableFigures } from "./table-figures.ts";

/** The dump's folder among a backup's files, and the list of the objects that its rows name. */
export const DUMP = "dump";
export const OBJECT_LIST = "objects.json";

/** A backup's files as they came out of a repository, every one as its manifest says. */
export type Fetched = { directory: string; objects: ObjectEntry[] };

/** Fetches a backup and checks every file. `manifest` is what the repository says, or what was stored just now. */
export async function fetchChecked(
  { scratch }: Pick<Context, "scratch">,
  repository: Repository,
  manifest: Manifest,
): Promise<Fetched> {
  const directory = scratch.fresh("fetched");
  await repository.fetch(manifest.id, directory);
  const faults = await fileFaults(directory, manifest.files);
  if (readFileSync(join(directory, MANIFEST), "utf8") !== JSON.stringify(manifest))
    faults.push("its manifest is not the one that was stored");
  if (faults.length > 0)
    throw new BackupError("damaged", `${repository.name}: backup ${manifest.id}: ${faults.join("; ")}`);
  return { directory, objects: JSON.parse(readFileSync(join(directory, OBJECT_LIST), "utf8")) };
}

/** Rejects unless a database holds exactly what the backup's snapshot held, and answers what it was asked then. */
export async function checkDatabase(
  url: string,
  manifest: Pick<Manifest, "tables" | "answer" | "check">,
  { queries }: Pick<Context, "queries">,
) {
  await withConnection(url, async (client) => {
    const differences = tableDifferences(manifest.tables, await tableFigures(client));
    if (differences.length > 0)
      throw new BackupError("rows-differ", `the restored database: ${differences.join("; ")}`);
    const answer = await checkAnswer(client, manifest.check ?? queries.check).catch((error: Error) => {
      throw new BackupError("query-failed", `the restored database cannot be asked: ${error.message}`);
    });
    if (JSON.stringify(answer) !== JSON.stringify(manifest.answer))
      throw new BackupError("answer-differs", "the restored database answers the app's question otherwise");
  });
}

/** Restores a fetched dump into a server of its own, which ends with it, and checks what is in there. */
export async function proveDump(context: Context, manifest: Manifest, { directory }: Fetched): Promise<void> {
  const { scratch, config } = context;
  const database = manifest.database;
  await withProofServer(scratch.fresh("proof"), async ({ env, url }) => {
    await withConnection(url("postgres"), async (client) => {
      if (database.owner !== "postgres") await client.query(createRoleSql(database.owner));
      await client.query(createDatabaseSql("proven", database));
    });
    await restoreDump({ directory: join(directory, DUMP), database: "proven", env, jobs: config.jobs });
    await checkDatabase(url("proven"), manifest, context);
  });
  rmSync(join(scratch.directory, "proof"), { recursive: true, force: true });
}

export type ProveArgs = {
  repository: Repository;
  manifest: Manifest;
  /** Which objects' copies are read again: all, or those that nobody has read yet and those whose turn it is. */
  read: "all" | { unread: ReadonlySet<string> };
  /** Whether the dump is restored; not where the same bytes were restored from another repository just now. */
  restores: boolean;
};

function objectsToRead(objects: ObjectEntry[], { read, manifest }: ProveArgs, every: number): ObjectEntry[] {
  if (read === "all") return objects;
  return objects.filter(({ key }) => read.unread.has(key) || isTurn(key, manifest.sequence, every));
}

async function prove(context: Context, args: ProveArgs): Promise<string> {
  const { repository, manifest, restores } = args;
  const fetched = await fetchChecked(context, repository, manifest);
  if (restores) await proveDump(context, manifest, fetched);
  const read = objectsToRead(fetched.objects, args, context.config.objectsRereadEvery);
  const objects = { entries: fetched.objects, read, isNew: args.read !== "all" };
  await proveObjects(objects, repository, context.stores);
  const dump = restores ? "restored and compared" : "the same bytes as the one that was restored";
  return `${dump}; ${fetched.objects.length} objects there, ${read.length} of them read`;
}

/**
 * Proves a backup from what a repository gives back, and writes the outcome down there. Rejects with the reason
 * where it is not good. Where that is not its own fault, what was written down before stays.
 */
export async function proveBackup(context: Context, args: ProveArgs): Promise<void> {
  const { repository, manifest } = args;
  const noted = (proof: Omit<Proof, "at">) =>
    repository.noteProof(manifest.id, { ...proof, at: new Date().toISOString() });
  try {
    await noted({ state: "good", detail: await prove(context, args) });
  } catch (error) {
    const fault = ownFault(backupError(error));
    if (fault) await noted(fault).catch(() => {});
    throw error;
  }
}
