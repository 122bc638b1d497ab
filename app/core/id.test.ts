import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { ID_PATTERN, newId } from "./id.ts";

test("an id is a UUIDv7 that sorts by its time", async () => {
  const earlier = newId();
  await sleep(2);
  const later = newId();
  expect(earlier).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(earlier < later).toBe(true);
  expect(earlier).toMatch(new RegExp(ID_PATTERN));
});
