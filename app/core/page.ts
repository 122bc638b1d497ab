export interface Page<Item> {
  readonly items: Item[];
  /** Of the next page, or null at the end. */
  readonly next_cursor: string | null;
}

/**
 * Cuts a list that was read with one item more than the limit. Lists run from the newest to the oldest id (UUIDv7
 * sorts by time); the cursor is the id of the last item shown, so every id is a place in every list.
 */
export function toPage<Item extends { readonly id: string }>(
  found: readonly Item[],
  limit: number,
): Page<Item> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next_cursor: found.length > limit && last ? last.id : null };
}
