import { isId } from "./id.ts";

/** Lists run from the newest to the oldest id (UUIDv7 sorts by time); a cursor names the last one shown. */
export function encodeCursor(lastId: string): string {
  return Buffer.from(`v1:${lastId}`).toString("base64url");
}

/** The id inside, or undefined when the text is no cursor of ours. */
export function decodeCursor(cursor: string): string | undefined {
  const text = Buffer.from(cursor, "base64url").toString("latin1");
  const id = text.startsWith("v1:") ? text.slice(3) : "";
  return isId(id) && encodeCursor(id) === cursor ? id : undefined;
}

export interface Page<Item> {
  readonly items: Item[];
  readonly next_cursor: string | null;
}

/** Cuts a list that was read with one item more than the limit. */
export function toPage<Item extends { readonly id: string }>(
  found: readonly Item[],
  limit: number,
): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: found.length > limit && last ? encodeCursor(last.id) : null };
}
