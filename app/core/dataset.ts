export const DATASET_FORMATS = ["jsonl", "csv", "text"] as const;
/** `jsonl`: one JSON object a line; `csv`: RFC 4180 with a header row; `text`: plain UTF-8, a row a line. */
export type DatasetFormat = (typeof DATASET_FORMATS)[number];

/** `empty` until content was accepted as a whole, then `ready`: never anything between. */
export const DATASET_STATUSES = ["empty", "ready"] as const;
export type DatasetStatus = (typeof DATASET_STATUSES)[number];

export interface Dataset {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly format: DatasetFormat;
  readonly status: DatasetStatus;
  readonly bytes: number | null;
  /** Lower-case hex. */
  readonly sha256: string | null;
  readonly rows: number | null;
  readonly created_at: string;
  readonly updated_at: string;
}

/** What an accepted content was found to be. */
export interface ContentFacts {
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
}
