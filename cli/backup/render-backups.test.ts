import { expect, test } from "vitest";
import { megabytes, renderBackups } from "./render-backups.ts";

const none = { failures: [], pointInTime: null };
const good = { state: "good", at: "2026-11-25T03:01:00Z", detail: "restored and compared" } as const;
const bad = { state: "bad", at: "2026-11-25T03:01:00Z", detail: "dump/toc.dat has other bytes" } as const;
const backup = {
  ...{ id: "20261125t030000-aaaa", kind: "scheduled", release: null, takenAt: "2026-11-25T03:00:00.123Z" },
  ...{ bytes: 12_340_000, objects: { count: 4, bytes: 1_000 }, places: { store: good } },
};
const restorePoint = {
  ...{ ...backup, id: "20261126t030000-bbbb", kind: "restore-point", release: "r-7" },
  places: { store: bad, offsite: "unproven" } as const,
};

test("the newest comes first, with its proof in each place", () => {
  const lines = renderBackups("local", { ...none, backups: [backup, restorePoint] }).split("\n");
  expect(lines[0]).toMatch(/^id +taken +kind +size +proof$/);
  expect(lines[1]).toContain("20261126t030000-bbbb  2026-11-25T03:00:00Z  restore-point of r-7");
  expect(lines[1]).toContain("store: bad, offsite: unproven");
  expect(lines[2]).toMatch(/^20261125t030000-aaaa .* scheduled +12\.3 MB \+ 4 objects +store: good$/);
});

test("what is wrong with a bad one is told, and so is a place that cannot be read", () => {
  const text = renderBackups("local", { ...none, backups: [restorePoint], failures: ["offsite: no answer"] });
  expect(text).toContain("20261126t030000-bbbb in store is bad: dump/toc.dat has other bytes");
  expect(text).toContain("Cannot be read: offsite: no answer");
});

test("a backup whose manifest cannot be read is shown as damaged", () => {
  const unread = { kind: null, release: null, takenAt: null, bytes: null, objects: null };
  const damaged = { id: "20261125t030000-aaaa", ...unread, places: { store: "damaged" as const } };
  expect(renderBackups("local", { ...none, backups: [damaged] })).toContain("store: damaged");
});

test("a stack without backups is told how to take one", () => {
  expect(renderBackups("prod", { ...none, backups: [] })).toContain("npx slipway backup now --stack prod");
});

test("a stack whose places cannot be read is not said to have no backups", () => {
  expect(renderBackups("prod", { ...none, backups: [], failures: ["store: no answer"] })).toBe(
    "\nCannot be read: store: no answer\n",
  );
});

test("the times that can be gone back to are shown, and what is wrong with the archive", () => {
  const base = { label: "20261125-020000F", takenAt: "2026-11-25T02:00:00Z", bytes: 1, detail: "" };
  const ranges = [{ from: "2026-11-25T02:00:01.000Z", to: null }];
  const store = {
    ranges,
    bases: [
      { ...base, state: "bad" },
      { ...base, state: "good" },
    ],
  };
  const pointInTime = {
    places: { store, offsite: { ranges: [], bases: [] } },
    faults: ["it is not archived"],
  };
  const text = renderBackups("local", { ...none, backups: [backup], pointInTime });
  expect(text).toContain("from store: 2026-11-25T02:00:01.000Z to now; base backups proven: 1 of 2");
  expect(text).toContain("from offsite: none yet (npx slipway backup base)");
  expect(text).toContain("Wrong: it is not archived");
});

test.each([
  [0, "0 kB"],
  [1, "1 kB"],
  [940_000, "940 kB"],
  [1_234_000_000, "1234.0 MB"],
])("%d bytes are %s", (bytes, text) => {
  expect(megabytes(bytes)).toBe(text);
});
