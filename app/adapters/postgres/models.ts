import type { Model } from "../../core/model.ts";
import { LAST_ID } from "./datasets.ts";
import type { Pool } from "./pool.ts";

const COLUMNS = "id, job_id, dataset_id, name, base_model, content_type, bytes, sha256, metrics, created_at";

export interface StoredModel extends Model {
  readonly object_key: string;
}

/** The table `models`; only the end of a job writes it (see `Queue.succeed`). */
export class Models {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  async find(id: string): Promise<StoredModel | undefined> {
    const { rows } = await this.#pool.query<StoredModel>({
      name: "find-model",
      text: `SELECT ${COLUMNS}, object_key FROM models WHERE id = $1`,
      values: [id],
    });
    return rows[0];
  }

  async list(limit: number, before: string = LAST_ID): Promise<Model[]> {
    const { rows } = await this.#pool.query<Model>({
      name: "list-models",
      text: `SELECT ${COLUMNS} FROM models WHERE id < $1 ORDER BY id DESC LIMIT $2`,
      values: [before, limit],
    });
    return rows;
  }
}
