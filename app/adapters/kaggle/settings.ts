/** How Kaggle is reached, checked values from the environment. */
export interface KaggleSettings {
  /** KAGGLE_API_URL: scheme and host, without a path. */
  readonly apiUrl: string;
  readonly credentials: KaggleCredentials;
  /** A Kaggle machine shape such as `NvidiaTeslaT4`; none: CPU only. */
  readonly machineShape?: string;
  readonly timings?: Partial<KaggleTimings>;
}

/** KAGGLE_API_TOKEN, or the legacy pair KAGGLE_USERNAME and KAGGLE_KEY. */
export type KaggleCredentials =
  | { readonly kind: "token"; readonly token: string }
  | { readonly kind: "key"; readonly username: string; readonly key: string };

/** Every wait of the executor. */
export interface KaggleTimings {
  /** Longest wait for one answer. */
  readonly requestTimeoutMs: number;
  /** A push may take long, and giving up early risks a second run. */
  readonly pushTimeoutMs: number;
  /** Status polls start at the first and slow down to the second. */
  readonly pollMs: number;
  readonly pollMaxMs: number;
  /** Back-off between tries of one request, doubled each time up to the maximum, with jitter. */
  readonly retryMs: number;
  readonly retryMaxMs: number;
  readonly triesMax: number;
  /** A longer Retry-After ends the attempt instead of being waited for. */
  readonly retryAfterMaxMs: number;
  /** Waiting for a free session when Kaggle's count of parallel sessions is reached. */
  readonly slotPollMs: number;
  readonly slotWaitMaxMs: number;
  /** Waiting for an uploaded dataset to become ready. */
  readonly datasetPollMs: number;
  readonly datasetWaitMaxMs: number;
  /** Kaggle ends the session after this; under its own maximum of 12 hours. */
  readonly sessionSecondsMax: number;
  /** Longest that stopping a kernel may hold up a canceled job. */
  readonly stopTimeoutMs: number;
}

/** About ten minutes of trouble at Kaggle are sat out; longer ones cost an attempt, not the kernel. */
export const KAGGLE_TIMINGS: KaggleTimings = {
  requestTimeoutMs: 30_000,
  pushTimeoutMs: 120_000,
  pollMs: 2_000,
  pollMaxMs: 30_000,
  retryMs: 1_000,
  retryMaxMs: 120_000,
  triesMax: 10,
  retryAfterMaxMs: 300_000,
  slotPollMs: 60_000,
  slotWaitMaxMs: 6 * 3_600_000,
  datasetPollMs: 3_000,
  datasetWaitMaxMs: 1_800_000,
  sessionSecondsMax: 11 * 3_600,
  stopTimeoutMs: 10_000,
};
