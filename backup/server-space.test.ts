import { expect, test } from "vitest";
import { freeBytes } from "./server-space.ts";

test("what is free is read from what df says of one place", () => {
  const head = "Filesystem           1024-blocks    Used Available Capacity Mounted on";
  expect(
    freeBytes([head, "/dev/sdb1             10255636   3145728   7093524  31% /var/lib/postgresql/data"]),
  ).toBe(7_093_524 * 1_024);
  expect(freeBytes([head, "store with words        1000       400       600      40% /data"])).toBe(614_400);
  expect(freeBytes(["df: not found"])).toBeUndefined();
  expect(freeBytes([])).toBeUndefined();
});
