/** Hides each secret wherever it stands in a finished log line. Texts under 8 characters are left: they hit words. */
export function redactor(secrets: readonly (string | undefined)[]): (line: string) => string {
  const hidden = secrets.filter((secret) => secret !== undefined && secret.length >= 8) as string[];
  const forms = new Set(hidden.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]));
  return (line) => {
    let redacted = line;
    for (const form of forms) if (redacted.includes(form)) redacted = redacted.replaceAll(form, "[secret]");
    return redacted;
  };
}

/** A JSON log line for people: time, level, message, then the other fields. */
export function prettyLine(line: string): string {
  const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const fields = Object.entries(rest).map(([name, value]) => `${name}=${inline(value)}`);
  return `${[String(time).slice(11, 23), String(level).toUpperCase().padEnd(5), msg, ...fields].join(" ")}\n`;
}

function inline(value: unknown): string {
  if (typeof value === "object" && value !== null && "stack" in value) return `\n${String(value.stack)}`;
  return typeof value === "string" && !value.includes(" ") ? value : JSON.stringify(value);
}
