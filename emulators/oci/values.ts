/** How the engine writes a value that is not known before its resource is made. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Whether any part of a value is not known yet. */
export function holdsUnknown(value: unknown): boolean {
  if (value === UNKNOWN) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsUnknown);
}

/**
 * Whether what there is fits what is wanted: the same, apart from what the cloud has added to an object, from the order
 * of a list of plain values, and from numbers written as text.
 */
export function fits(wanted: unknown, actual: unknown): boolean {
  if (wanted === UNKNOWN) return false;
  if (Array.isArray(wanted)) return Array.isArray(actual) && listFits(wanted, actual);
  if (typeof wanted !== "object" || wanted === null) return String(wanted) === String(actual);
  if (typeof actual !== "object" || actual === null) return Object.keys(wanted).length === 0;
  return Object.entries(wanted).every(([key, value]) =>
    fits(value, (actual as Record<string, unknown>)[key]),
  );
}

function listFits(wanted: readonly unknown[], actual: readonly unknown[]): boolean {
  if (wanted.length !== actual.length) return false;
  const isPlain = wanted.every((value) => typeof value !== "object");
  const [one, other] = isPlain ? [wanted.toSorted(), actual.toSorted()] : [wanted, actual];
  return one.every((value, index) => fits(value, other[index]));
}
