/** How the engine marks a value that is more than plain JSON, and which marks there are. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

type Wrapped = { [SIGNATURE]: string; value: unknown };

function isSecret(value: unknown): value is Wrapped {
  return typeof value === "object" && value !== null && (value as Partial<Wrapped>)[SIGNATURE] === SECRET;
}

/** Marks a value as a secret. */
export function secret(value: unknown): unknown {
  return { [SIGNATURE]: SECRET, value };
}

/** A value with the marks of its secrets taken off, however deep they are. */
export function plain(value: unknown): unknown {
  if (isSecret(value)) return plain(value.value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

/** Every text inside the secrets of a value. */
export function secretTexts(value: unknown, inSecret = false): string[] {
  if (isSecret(value)) return secretTexts(value.value, true);
  if (typeof value === "string") return inSecret && value !== "" ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap((member) => secretTexts(member, inSecret));
}

/** Whether any part of a value is a secret. */
export function holdsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

/** A text for the screen: each secret in it, and each line of a secret of several, shown as [secret]. */
export function redacted(text: string, secrets: readonly string[]): string {
  const parts = secrets.flatMap((one) => [one, ...one.split("\n")]).filter((part) => part.trim() !== "");
  const longestFirst = [...new Set(parts)].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((rest, part) => rest.replaceAll(part, "[secret]"), text);
}
