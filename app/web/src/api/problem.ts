import type { components } from "../../generated/api.d.ts";

export type ProblemBody = components["schemas"]["Problem"];
export type FieldFault = NonNullable<ProblemBody["errors"]>[number];

/** What the API, or the way to it, answered instead of what was asked. Status 0: no answer at all. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly status: number;
  readonly title: string;
  readonly faults: readonly FieldFault[];
  readonly requestId: string | undefined;
  /** Seconds to wait before the next try, when the API said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    title: string,
    detail: string,
    more: { faults?: readonly FieldFault[]; requestId?: string; retryAfterSeconds?: number } = {},
  ) {
    super(detail);
    this.status = status;
    this.title = title;
    this.faults = more.faults ?? [];
    this.requestId = more.requestId;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

interface AnswerHead {
  readonly status: number;
  /** Case-insensitive lookup. */
  header(name: string): string | null;
}

/** Reads an error answer; one that is no problem document (a proxy's, say) still gets a plain sentence. */
export function readProblem(head: AnswerHead, body: unknown): ApiProblem {
  const known = isProblemBody(body) ? body : undefined;
  const requestId = known?.request_id ?? head.header("x-request-id") ?? undefined;
  const retryAfterSeconds = parseRetryAfter(head.header("retry-after"));
  return new ApiProblem(
    head.status,
    known?.title ?? `Status ${head.status}`,
    known?.detail ?? plainDetail(head.status),
    {
      faults: known?.errors ?? [],
      ...(requestId ? { requestId } : {}),
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
    },
  );
}

/** No answer came: offline, name not found, connection cut. */
export function noAnswer(): ApiProblem {
  return new ApiProblem(0, "No answer", "The API cannot be reached. Check your connection, then try again.");
}

/**
 * Whether an answer leaves open what became of the request: none came, or the way to the API gave up, while the work
 * may be done or still go on.
 */
export function isUndecided(error: unknown): error is ApiProblem {
  if (!(error instanceof ApiProblem)) return false;
  return error.status === 0 || error.status === 408 || error.status === 429 || error.status >= 500;
}

/** Whatever was thrown, as a problem to show. */
export function toProblem(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  return error instanceof TypeError
    ? noAnswer()
    : new ApiProblem(0, "Unexpected fault", error instanceof Error ? error.message : String(error));
}

/** Seconds from a `Retry-After` header: a number, or a date. */
export function parseRetryAfter(value: string | null, nowMs: number = Date.now()): number | undefined {
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const until = Date.parse(value);
  return Number.isNaN(until) ? undefined : Math.max(0, Math.ceil((until - nowMs) / 1_000));
}

function isProblemBody(body: unknown): body is ProblemBody {
  return typeof body === "object" && body !== null && typeof (body as ProblemBody).detail === "string";
}

function plainDetail(status: number): string {
  if (status === 413) return "The file is larger than the API takes.";
  if (status === 429) return "Too many requests in a short time.";
  return status >= 500 ? "The service is not available just now." : `The API answered with status ${status}.`;
}
