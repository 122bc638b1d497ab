import { PermanentJobError, TransientJobError } from "../../core/executor.ts";
import { credentialVariables } from "./credentials.ts";
import type { KaggleCredentials } from "./settings.ts";

/** An answer that is not a success, or no answer at all (`status` undefined). */
export class KaggleError extends Error {
  override readonly name = "KaggleError";
  readonly method: string;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    method: string,
    message: string,
    details: { status?: number | undefined; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: details.cause });
    this.method = method;
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }

  /** Worth another try: no answer, too many requests, or trouble on Kaggle's side. */
  get passing(): boolean {
    return this.status === undefined || this.status === 408 || this.status === 429 || this.status >= 500;
  }

  /** Not there; Kaggle says 403 of what is absent as well as of what is not ours. */
  get absent(): boolean {
    return this.status === 403 || this.status === 404;
  }
}

/** The job's error for whatever went wrong with Kaggle; other errors stay as they are. */
export function toJobError(error: unknown, credentials: KaggleCredentials): unknown {
  if (!(error instanceof KaggleError)) return error;
  const { method, status, message, retryAfterMs } = error;
  const variables = credentialVariables(credentials);
  if (status === 401)
    return new PermanentJobError(`Kaggle refused the credentials in ${variables} (401 on ${method}).`);
  if (status === 403)
    return new PermanentJobError(
      `The Kaggle account of ${variables} may not call ${method} (403): ${message}. Is it verified by phone?`,
    );
  if (!error.passing) return new PermanentJobError(`Kaggle refused ${method} (${status}): ${message}`);
  const reason = status === undefined ? message : `${status}: ${message}`;
  const options = retryAfterMs === undefined ? { cause: error } : { cause: error, retryAfterMs };
  return new TransientJobError(`Kaggle did not answer ${method} (${reason}).`, options);
}
