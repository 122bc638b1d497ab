/** What went wrong with one field of a request. */
export interface FieldFault {
  /** `body/name`, `query/limit`, `headers/idempotency-key`, or `line 3` of a dataset. */
  readonly path: string;
  readonly message: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  409: "Conflict",
  411: "Length Required",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** An error that is an answer: RFC 9457. Its detail is for the caller and must hold nothing internal. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly statusCode: number;
  readonly errors: readonly FieldFault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    statusCode: number,
    detail: string,
    more: { errors?: readonly FieldFault[]; headers?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(detail, { cause: more.cause });
    this.statusCode = statusCode;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** A critical service is away; the caller may come back. */
export function unavailable(detail: string, cause?: unknown, retryAfterSeconds = 5): Problem {
  return new Problem(503, detail, { headers: { "retry-after": String(retryAfterSeconds) }, cause });
}

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly request_id: string;
  readonly errors?: readonly FieldFault[];
}

/** The body of an error answer. `path` is the request's, without its query. */
export function problemBody(
  problem: { statusCode: number; message: string; errors?: readonly FieldFault[] | undefined },
  path: string,
  requestId: string,
): ProblemBody {
  return {
    type: "about:blank",
    title: TITLES[problem.statusCode] ?? "Error",
    status: problem.statusCode,
    detail: problem.message,
    instance: path,
    request_id: requestId,
    ...(problem.errors && problem.errors.length > 0 ? { errors: problem.errors } : {}),
  };
}
