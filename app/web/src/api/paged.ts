import { useSignal } from "@preact/signals";
import { type Query, useQuery } from "./query.ts";

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next_cursor: string | null;
}

/** A list that grows by pages; reading again keeps the number of rows shown. */
export interface Paged<Item> extends Query<Page<Item>> {
  readonly isGrowing: boolean;
  readonly showMore: () => void;
}

const PAGE_ITEMS = 20;
const PAGE_ITEMS_MAX = 100;

type ReadPage<Item> = (range: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<Page<Item>>;

/** Reads `pages` pages of a list as one, so that a live list stays whole. */
export function usePaged<Item>(
  key: string,
  read: ReadPage<Item>,
  everyMs: (page: Page<Item> | undefined) => number | undefined,
): Paged<Item> {
  const wanted = useSignal(PAGE_ITEMS);
  const query = useQuery(key, (signal) => readItems(read, wanted.peek(), signal), everyMs);
  const showMore = () => {
    wanted.value += PAGE_ITEMS;
    query.refresh();
  };
  return {
    ...query,
    isGrowing: (query.data?.items.length ?? wanted.value) + PAGE_ITEMS <= wanted.value,
    showMore,
  };
}

/** As many items as wanted, in requests of at most a hundred. */
export async function readItems<Item>(
  read: ReadPage<Item>,
  wanted: number,
  signal: AbortSignal,
): Promise<Page<Item>> {
  const items: Item[] = [];
  let cursor: string | undefined;
  while (items.length < wanted) {
    const limit = Math.min(PAGE_ITEMS_MAX, wanted - items.length);
    const page = await read({ limit, ...(cursor ? { cursor } : {}) }, signal);
    items.push(...page.items);
    if (page.next_cursor === null) return { items, next_cursor: null };
    cursor = page.next_cursor;
  }
  return { items, next_cursor: cursor ?? null };
}
