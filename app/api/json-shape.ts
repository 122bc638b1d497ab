const OPENERS = new Set([",", "[", "{"].map((character) => character.charCodeAt(0)));
const SURROGATE_ESCAPE = /\\ud[89a-f][0-9a-f]{2}/i;

/** At least the number of values in a JSON text, without parsing it: commas and brackets in strings count too. */
export function countValues(json: Uint8Array): number {
  let count = 1;
  for (const byte of json) if (OPENERS.has(byte)) count += 1;
  return count;
}

/** False when a string of the parsed text holds half a surrogate pair, which no UTF-8 can carry on. */
export function isWellFormed(json: string, parsed: unknown): boolean {
  if (!SURROGATE_ESCAPE.test(json)) return true;
  const left: unknown[] = [parsed];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === "string" && !value.isWellFormed()) return false;
    if (typeof value === "object" && value !== null)
      left.push(...Object.keys(value), ...Object.values(value));
  }
  return true;
}
