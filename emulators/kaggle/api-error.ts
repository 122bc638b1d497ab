/** An answer of the API that is not 200. Its body is `{"code", "message"}`, as the public client expects. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What Kaggle says of anything that is not there, or not yours: the two cannot be told apart. */
export function permissionDenied(permission: string): ApiError {
  return new ApiError(403, `Permission '${permission}' was denied`);
}
