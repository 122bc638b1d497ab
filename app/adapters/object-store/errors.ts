/** The object store failed or refused; `status` is its HTTP status, 503 when it could not be reached. */
export class ObjectStoreError extends Error {
  override readonly name = "ObjectStoreError";
  readonly status: number;

  constructor(message: string, status: number, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** Whether the store did not answer or did not let us in: be it all of it, as while its password is changed, or one object. */
export function mayBeAway(error: unknown): error is ObjectStoreError {
  return error instanceof ObjectStoreError && (error.status >= 500 || [401, 403].includes(error.status));
}

/** Runs one operation; whatever it throws comes out as an {@link ObjectStoreError}. */
export async function translateErrors<Result>(
  operation: string,
  subject: string,
  run: () => Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof ObjectStoreError) throw error;
    const status = statusOf(error) ?? 503;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ObjectStoreError(`object store: cannot ${operation} ${subject}: ${reason}`, status, error);
  }
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("status" in error && typeof error.status === "number") return error.status;
  return "cause" in error ? statusOf(error.cause) : undefined;
}
