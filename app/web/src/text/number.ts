const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

const significant = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** A whole number with separators: `12,480`. */
export function countText(value: number): string {
  return whole.format(value);
}

/** The number and its noun: `1 row`, `12 rows`. */
export function pluralText(value: number, noun: string, nouns = `${noun}s`): string {
  return `${countText(value)} ${value === 1 ? noun : nouns}`;
}

/** Three significant digits, no exponent between a thousandth and a million: `0.042`, `17.3`, `1,240`. */
export function figureText(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.001 || size >= 1_000_000) return value.toPrecision(3);
  return size >= 100 ? countText(value) : significant.format(value);
}

/** A share of one: `42 %`. Never says 100 % before all is done. */
export function percentText(share: number): string {
  return `${share >= 1 ? 100 : Math.min(99, Math.round(share * 100))} %`;
}
