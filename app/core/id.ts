import { randomUUIDv7 } from "node:crypto";

/** A new UUIDv7 (RFC 9562): 48 bits of milliseconds, then 74 random bits, so ids sort by time of making. */
export function newId(): string {
  return randomUUIDv7();
}

/** Lower- or upper-case UUID of any version. */
export const ID_PATTERN = "^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$";
