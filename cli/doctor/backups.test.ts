import { expect, test } from "vitest";
import { archiveFindings } from "./backups.ts";

const metrics = (failing: number) =>
  `backup_log_bytes 335544320\n# TYPE backup_log_failing gauge\nbackup_log_failing ${failing}\n`;

test("a log that is not archived is a fault, with what it takes of the disk", () => {
  const [found] = archiveFindings(metrics(1));
  expect(found).toMatchObject({ about: "archive", state: "fault" });
  expect(found?.text).toContain("takes 336 MB of its disk and grows");
});

test("one that is archived is fine, and a stack without an archive is not spoken of", () => {
  expect(archiveFindings(metrics(0)).map(({ state }) => state)).toEqual(["ok"]);
  expect(archiveFindings("backup_last_bytes 3\n")).toEqual([]);
});
