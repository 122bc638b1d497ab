/** A block of IPv4 addresses: its first and its last, as numbers. */
export interface Block {
  first: number;
  last: number;
}

/** Reads `10.0.0.0/24`. Undefined where the text is no block, or has bits set that are the hosts'. */
export function parseCidr(text: unknown): Block | undefined {
  const match = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})\/(\d{1,2})$/.exec(String(text));
  const first = parseAddress(match?.[1]);
  const bits = Number(match?.[2]);
  if (first === undefined || bits > 32) return undefined;
  const size = 2 ** (32 - bits);
  return first % size === 0 ? { first, last: first + size - 1 } : undefined;
}

export function parseAddress(text: unknown): number | undefined {
  const parts = String(text).split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join(".");
}

export function contains(outer: Block, inner: Block): boolean {
  return outer.first <= inner.first && inner.last <= outer.last;
}

export function overlaps(one: Block, other: Block): boolean {
  return one.first <= other.last && other.first <= one.last;
}
