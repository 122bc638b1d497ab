const NETWORK_CODES = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EPIPE"]);
/** Classes 08 (connection), 53 (resources), 57 (operator intervention), 58 (system error). */
const STATE_CLASSES = new Set(["08", "53", "57", "58"]);
const MESSAGES = /timeout exceeded|Connection terminated|Query read timeout|connection error|not queryable/i;

/** True when the error says that the database cannot be reached now, not that the query is wrong. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isOutage);
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return NETWORK_CODES.has(code) || STATE_CLASSES.has(code.slice(0, 2)) || MESSAGES.test(error.message);
}

/** The name of the violated constraint, for errors 23xxx. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("constraint" in error)) return undefined;
  return String(error.code).startsWith("23") ? String(error.constraint) : undefined;
}
