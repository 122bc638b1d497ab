import type { ContentFacts, Dataset, DatasetFormat } from "../../core/dataset.ts";
import { newId } from "../../core/id.ts";
import { violatedConstraint } from "./outage.ts";
import { type Client, inTransaction, type Pool } from "./pool.ts";

const COLUMNS = "id, name, description, format, status, bytes, sha256, rows, created_at, updated_at";
/** Greater than every UUIDv7: the start of a list without cursor. */
export const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

export interface StoredDataset extends Dataset {
  readonly object_key: string | null;
  readonly upload_key: string | null;
}

/** The table `datasets`. */
export class Datasets {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Undefined when the name is taken. */
  async create(
    name: string,
    description: string | null,
    format: DatasetFormat,
  ): Promise<Dataset | undefined> {
    try {
      const { rows } = await this.#pool.query<Dataset>(
        `INSERT INTO datasets (id, name, description, format) VALUES ($1, $2, $3, $4) RETURNING ${COLUMNS}`,
        [newId(), name, description, format],
      );
      return rows[0];
    } catch (error) {
      if (violatedConstraint(error) === "datasets_name_key") return undefined;
      throw error;
    }
  }

  async find(id: string): Promise<StoredDataset | undefined> {
    const { rows } = await this.#pool.query<StoredDataset>({
      name: "find-dataset",
      text: `SELECT ${COLUMNS}, object_key, upload_key FROM datasets WHERE id = $1`,
      values: [id],
    });
    return rows[0];
  }

  /** The newest first; with `ids` only those of them that there are. */
  async list(limit: number, before: string = LAST_ID, ids?: readonly string[]): Promise<Dataset[]> {
    if (ids) {
      const { rows } = await this.#pool.query<Dataset>({
        name: "list-these-datasets",
        text: `SELECT ${COLUMNS} FROM datasets WHERE id = ANY ($3) AND id < $1 ORDER BY id DESC LIMIT $2`,
        values: [before, limit, ids],
      });
      return rows;
    }
    const { rows } = await this.#pool.query<Dataset>({
      name: "list-datasets",
      text: `SELECT ${COLUMNS} FROM datasets WHERE id < $1 ORDER BY id DESC LIMIT $2`,
      values: [before, limit],
    });
    return rows;
  }

  /** Remembers where a presigned upload will put the file. False when there is no such dataset. */
  async expectUpload(id: string, uploadKey: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query("UPDATE datasets SET upload_key = $2 WHERE id = $1", [
      id,
      uploadKey,
    ]);
    return rowCount === 1;
  }

  /**
   * Puts the new content in place, whole, and returns the object it replaces. Content that came as the upload
   * `uploadKey` is taken while the dataset still expects that one: once, whoever asks for it again.
   */
  async accept(
    id: string,
    objectKey: string,
    content: ContentFacts,
    uploadKey?: string,
  ): Promise<
    | { outcome: "accepted"; replacedKey: string | null }
    | { outcome: "missing" }
    | { outcome: "in-use" }
    | { outcome: "not-expected" }
  > {
    return inTransaction(this.#pool, async (client) => {
      const found = await lock(client, id);
      if (!found) return { outcome: "missing" };
      if (uploadKey !== undefined && found.upload_key !== uploadKey) return { outcome: "not-expected" };
      if (await isInUse(client, id)) return { outcome: "in-use" };
      await client.query(
        `UPDATE datasets SET status = 'ready', object_key = $2, bytes = $3, sha256 = $4, rows = $5,
           upload_key = NULL, updated_at = now() WHERE id = $1`,
        [id, objectKey, content.bytes, content.sha256, content.rows],
      );
      return { outcome: "accepted", replacedKey: found.object_key };
    });
  }

  /** Removes the dataset unless a job that is not finished uses it; returns its objects. */
  async remove(
    id: string,
  ): Promise<{ outcome: "removed"; keys: string[] } | { outcome: "missing" } | { outcome: "in-use" }> {
    return inTransaction(this.#pool, async (client) => {
      const found = await lock(client, id);
      if (!found) return { outcome: "missing" };
      if (await isInUse(client, id)) return { outcome: "in-use" };
      await client.query("DELETE FROM datasets WHERE id = $1", [id]);
      return { outcome: "removed", keys: [found.object_key, found.upload_key].filter((key) => key !== null) };
    });
  }
}

type Locked = { object_key: string | null; upload_key: string | null };

/** The lock conflicts with the one that creating a job takes, so no job can appear from now on. */
async function lock(client: Client, id: string): Promise<Locked | undefined> {
  const text = "SELECT object_key, upload_key FROM datasets WHERE id = $1 FOR UPDATE";
  return (await client.query<Locked>(text, [id])).rows[0];
}

/** Asked once the lock is held, in a statement of its own: one that waited for it sees no job that came meanwhile. */
async function isInUse(client: Client, id: string): Promise<boolean> {
  const text = "SELECT FROM jobs WHERE dataset_id = $1 AND status IN ('queued', 'running') LIMIT 1";
  return (await client.query(text, [id])).rows.length > 0;
}
