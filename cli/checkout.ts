import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";

/** Six hexadecimal characters that stand for a checkout's path, so that two checkouts on one machine never share a name. */
export function checkoutId(root: string): string {
  return createHash("sha256").update(realpathSync(root)).digest("hex").slice(0, 6);
}

/** A port from 20000 to 29999 that belongs to this checkout; `offset` tells several of one checkout apart. */
export function checkoutPort(root: string, offset: number): number {
  return 20_000 + ((Number.parseInt(checkoutId(root), 16) + offset) % 10_000);
}
