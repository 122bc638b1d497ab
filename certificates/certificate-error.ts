/** Why there is no new certificate. Metrics count failures by it. */
export const REASONS = [
  "no-address",
  "no-door",
  "challenge-failed",
  "rate-limited",
  "authority-unreachable",
  "forbidden",
  "refused",
  "unusable",
  "interrupted",
  "unforeseen",
] as const;

export type Reason = (typeof REASONS)[number];

/** Those that are found before the authority is asked: nobody counts them, and they soon pass. */
export const BEFORE_ASKING: ReadonlySet<Reason> = new Set(["no-address", "no-door"]);

/** A failure that the program foresees: what is wrong, and what to do. */
export class CertificateError extends Error {
  override name = "CertificateError";
  readonly reason: Reason;
  /** When the authority wants to be asked again, where it has said so. */
  readonly retryAfterSeconds: number;

  constructor(reason: Reason, message: string, retryAfterSeconds = 0) {
    super(message);
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The foreseen failure that an error is; others are told in full. */
export function certificateError(error: unknown): CertificateError {
  if (error instanceof CertificateError) return error;
  return new CertificateError("unforeseen", (error as Error).stack ?? String(error));
}
