/** The product of a succeeded job. */
export interface Model {
  readonly id: string;
  readonly job_id: string;
  readonly dataset_id: string;
  readonly name: string;
  readonly base_model: string;
  readonly content_type: string;
  readonly bytes: number;
  /** Lower-case hex; also the download's ETag. */
  readonly sha256: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly created_at: string;
}
