function parsed(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The last line of a program's words that is a JSON object with a field; undefined where there is none. */
export function lastJson<Result>(words: string, field: string): Result | undefined {
  return words
    .split("\n")
    .map(parsed)
    .findLast((value) => value !== undefined && field in value) as Result | undefined;
}
