/** What the cloud answers when it refuses: an HTTP status, its code for the reason, and words. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Something is not there, or not for this caller: the cloud never says which. */
export function notFound(): ApiError {
  return new ApiError(
    404,
    "NotAuthorizedOrNotFound",
    "Authorization failed or requested resource not found.",
  );
}

export function invalidParameter(message: string): ApiError {
  return new ApiError(400, "InvalidParameter", message);
}

export function conflict(message: string): ApiError {
  return new ApiError(409, "Conflict", message);
}

export function limitExceeded(limits: readonly string[]): ApiError {
  const message = `The following service limits were exceeded: ${limits.join(", ")}. Request a service limit increase from the service limits page in the console.`;
  return new ApiError(400, "LimitExceeded", message);
}

export function quotaExceeded(quotas: readonly string[]): ApiError {
  const message = `The following compartment quotas were exceeded: ${quotas.join(", ")}. Contact your administrator to increase your quota.`;
  return new ApiError(400, "QuotaExceeded", message);
}

export function outOfHostCapacity(): ApiError {
  return new ApiError(500, "InternalError", "Out of host capacity.");
}

const SUGGESTIONS: Record<number, string> = {
  400: "Please update the parameter(s) in the Terraform config as per error message",
  401: "Please check that the provider's credentials are right: tenancy, user, fingerprint and private key",
  404: "Either the resource has been deleted or service does not have access to it",
  409: "The resource is in a conflicted state. Please retry again or contact support for help",
  429: "Please retry after some time",
};

/** A refusal as Oracle's provider reports it. */
export function refusalText(error: ApiError, service: string, operation: string): string {
  const suggestion =
    SUGGESTIONS[error.status] ??
    `The service for this resource encountered an error. Please contact support for help with service: ${service}`;
  return [
    `${error.status}-${error.code}, ${error.message} `,
    `Suggestion: ${suggestion}`,
    `Service: ${service}`,
    `Operation Name: ${operation}`,
  ].join("\n");
}
