const UNITS = ["bytes", "kB", "MB", "GB", "TB"] as const;

/** A size for people, in powers of 1000: `1.4 MB`. */
export function bytesText(bytes: number): string {
  const power = bytes < 1_000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1_000 ** power;
  const digits = power === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${power === 0 && bytes === 1 ? "byte" : UNITS[power]}`;
}
