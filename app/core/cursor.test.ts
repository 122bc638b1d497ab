import { describe, expect, test } from "vitest";
import { decodeCursor, encodeCursor, toPage } from "./cursor.ts";
import { isId, newId } from "./id.ts";

describe("newId", () => {
  test("is a UUIDv7 that sorts by its time", () => {
    const [earlier, later] = [newId(1_000), newId(2_000)];
    expect(earlier).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(earlier < later).toBe(true);
    expect(isId(earlier)).toBe(true);
  });
});

describe("a cursor", () => {
  test("gives back the id it was made of", () => {
    const id = newId();
    expect(decodeCursor(encodeCursor(id))).toBe(id);
  });

  test.each(["", "djE6", "../../etc/passwd", "' OR 1=1 --", "\u0000", `${encodeCursor(newId())}=`])(
    "refuses %j",
    (text) => {
      expect(decodeCursor(text)).toBeUndefined();
    },
  );
});

describe("toPage", () => {
  const items = [{ id: newId() }, { id: newId() }, { id: newId() }];

  test("has a next cursor only when there is more", () => {
    expect(toPage(items, 3).next_cursor).toBeNull();
    expect(toPage(items, 2)).toEqual({
      items: items.slice(0, 2),
      next_cursor: encodeCursor(items[1]!.id),
    });
  });
});
