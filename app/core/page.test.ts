import { expect, test } from "vitest";
import { newId } from "./id.ts";
import { toPage } from "./page.ts";

test("a page has a cursor only when there is more, and it is the id of the last one shown", () => {
  const items = [{ id: newId() }, { id: newId() }, { id: newId() }];
  expect(toPage(items, 3)).toEqual({ items, next_cursor: null });
  expect(toPage(items, 2)).toEqual({ items: items.slice(0, 2), next_cursor: items[1]!.id });
});
