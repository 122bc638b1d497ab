import { expect, test } from "vitest";
import { checkDisk, diskFault } from "./disk.ts";

test("a disk with room is fine", async () => {
  expect(diskFault("/project", 2e9)).toBeUndefined();
  await checkDisk(["/"], async () => 5e9);
});

test("a disk that is nearly full is named with what is free, what is needed and what to do", async () => {
  const message =
    "The disk is nearly full: 0.3 GB are free at /, at least 2 GB are needed. Free some, for example: docker image prune";
  await expect(checkDisk(["/"], async () => 3e8)).rejects.toThrow(message);
});

test("every disk counts, but a directory that is not on this machine has none here", async () => {
  const freeBytes = async (path: string) => (path === "/proc" ? 0 : 5e9);
  await expect(checkDisk(["/", "/proc"], freeBytes)).rejects.toThrow("free at /proc");
  await checkDisk(["/", "/directory-of-another-machine"], freeBytes);
});
