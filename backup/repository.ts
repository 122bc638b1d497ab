import { mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BackupError, backupError } from "./backup-error.ts";
import { isBackupId } from "./backup-id.ts";
import type { RepositoryConfig } from "./config.ts";
import type { Manifest, Proof } from "./manifest.ts";
import { isCutOff, type Rclone, type Reading, rcloneError } from "./rclone.ts";
import { MANIFEST, PROOF, readStored, type StoredBackup } from "./stored-backup.ts";

/** Tells whether the key is the one that everything here was encrypted with. */
const MARK = "repository.json";

/** One place where backups lie, encrypted: `backups/ID/…`, and `objects/KEY` for the objects that they share. */
export class Repository {
  readonly name: string;
  readonly #rclone: Rclone;
  readonly #config: RepositoryConfig;

  constructor(config: RepositoryConfig, rclone: Rclone) {
    this.name = config.name;
    this.#config = config;
    this.#rclone = rclone;
  }

  /** The place of something in it, as rclone names it. */
  at(...path: string[]): string {
    return `${this.name}:${path.join("/")}`;
  }

  /** The same as it lies in the bucket, encrypted. Files have `.bin` after their names there. */
  stored(...path: string[]): string {
    return `${this.name}-s3:${[this.#config.bucket, ...path].join("/")}`;
  }

  #read(what: string, reading: Reading): Promise<string> {
    return this.#rclone.read(`${this.name}: ${what}`, reading);
  }

  /** The text of a file in it. */
  #readText(what: string, ...path: string[]): Promise<string> {
    const asStored = ["cat", "--discard", `${this.stored(...path)}.bin`];
    return this.#read(what, { decrypted: ["cat", this.at(...path)], asStored });
  }

  #run(what: string, args: readonly string[], input?: string): Promise<string> {
    return this.#rclone.run(`${this.name}: ${what}`, args, input);
  }

  /** Makes it where it is missing. Rejects where it cannot be reached, or holds what another key has encrypted. */
  async open(): Promise<void> {
    const { name, bucket, makeBucket } = this.#config;
    if (makeBucket)
      await this.#run(`bucket ${bucket}`, ["mkdir", `${name}-s3,no_check_bucket=false:${bucket}`]);
    const mark = await this.#readMark();
    if (mark !== undefined) return;
    await this.writeNote(MARK, JSON.stringify({ made: new Date().toISOString() }));
  }

  /** What was written down beside the backups under a name; undefined where nothing was. */
  async readNote(name: string): Promise<string | undefined> {
    const present = await this.#run("its notes", ["lsf", "--files-only", "--max-depth=1", this.at()]);
    if (!present.split("\n").includes(name)) return undefined;
    return this.#readText(name, name);
  }

  /** Writes something down beside the backups, in place of what was written before. */
  async writeNote(name: string, text: string): Promise<void> {
    await this.#run(name, ["rcat", this.at(name)], text);
  }

  async #readMark(): Promise<string | undefined> {
    try {
      const mark = await this.readNote(MARK);
      return mark === undefined ? undefined : JSON.parse(mark).made;
    } catch (error) {
      if (error instanceof BackupError && error.reason !== "damaged") throw error;
      const advice = "give the stack the key it had (setting backupKey), or use another bucket";
      throw new BackupError(
        "wrong-key",
        `${this.name}: its backups were encrypted with another key: ${advice}`,
      );
    }
  }

  /** Sizes of all files at or below a path, by their paths from there. */
  async sizes(path: string): Promise<Map<string, number>> {
    const args = ["lsjson", "--recursive", "--files-only", "--no-modtime", "--no-mimetype", this.at(path)];
    try {
      const listed = JSON.parse(await this.#run(path, args)) as { Path: string; Size: number }[];
      return new Map(listed.map((file) => [file.Path, file.Size]));
    } catch (error) {
      if (backupError(error).reason === "not-found") return new Map();
      throw error;
    }
  }

  /** Stores a folder's files as a backup's, and its manifest after all of them. */
  async store(manifest: Manifest, directory: string): Promise<void> {
    const folder = this.at("backups", manifest.id);
    await this.#run(`backup ${manifest.id}`, ["copy", "--no-traverse", directory, folder]);
    await this.#run(MANIFEST, ["rcat", `${folder}/${MANIFEST}`], JSON.stringify(manifest));
  }

  /** Writes down what came of the attempt to prove a backup, in place of what was written before. */
  async noteProof(id: string, proof: Proof): Promise<void> {
    await this.#run(PROOF, ["rcat", this.at("backups", id, PROOF)], JSON.stringify(proof));
  }

  /** Fetches everything of a backup into a folder. */
  async fetch(id: string, directory: string): Promise<void> {
    const asStored = ["cat", "--discard", this.stored("backups", id)];
    await this.#read(`backup ${id}`, { decrypted: ["copy", this.at("backups", id), directory], asStored });
  }

  /** Fetches what the pattern names of all backups, as far as it can be read; `directory` gets a folder for each. */
  async fetchOfAll(pattern: string, directory: string): Promise<void> {
    const args = ["copy", `--include=${pattern}`, this.at("backups"), directory];
    const outcome = await this.#rclone.attempt(args);
    if (outcome.exitCode === 0 || isCutOff(outcome)) return;
    const error = rcloneError(`${this.name}: list of backups`, outcome);
    if (!["not-found", "damaged"].includes(error.reason)) throw error;
  }

  /**
   * Every backup that was finished, the oldest first; `directory` is an empty one to work in. Rejects where one could
   * not be read for another reason than its own damage: then nobody knows what is there.
   */
  async list(directory: string): Promise<StoredBackup[]> {
    await this.fetchOfAll(`/*/{${MANIFEST},${PROOF}}`, directory);
    const { files, finished } = await this.#folders();
    const isWhole = (file: string) =>
      statSync(join(directory, file), { throwIfNoEntry: false })?.size === files.get(file);
    const lacking = finished
      .flatMap((id) => [`${id}/${MANIFEST}`, `${id}/${PROOF}`])
      .filter((file) => !isWhole(file));
    for (const file of lacking) await this.#fetchAlone(file, directory);
    return finished.map((id) => readStored(id, join(directory, id)));
  }

  /** Fetches what did not come with the others, if it is not damaged. */
  async #fetchAlone(file: string, directory: string): Promise<void> {
    rmSync(join(directory, file), { force: true });
    try {
      const text = await this.#readText(`backup ${file}`, "backups", file);
      mkdirSync(join(directory, dirname(file)), { recursive: true });
      writeFileSync(join(directory, file), text);
    } catch (error) {
      if (backupError(error).reason !== "damaged") throw error;
    }
  }

  async #folders() {
    const files = await this.sizes("backups");
    const ids = [...new Set([...files.keys()].map((file) => file.split("/")[0] ?? ""))];
    const [finished = [], unfinished = []] = [true, false].map((isFinished) =>
      ids.filter((id) => isBackupId(id) && files.has(`${id}/${MANIFEST}`) === isFinished).sort(),
    );
    return { files, finished, unfinished };
  }

  /** Ids of backups that were not finished: nothing but what a killed run has left. */
  async unfinished(): Promise<string[]> {
    return (await this.#folders()).unfinished;
  }

  /** Removes a backup, its manifest first: what is half removed is none. */
  async remove(id: string, { isFinished = true } = {}): Promise<void> {
    if (isFinished) await this.#run(`backup ${id}`, ["deletefile", this.at("backups", id, MANIFEST)]);
    await this.#run(`backup ${id}`, ["purge", this.at("backups", id)]);
  }
}
