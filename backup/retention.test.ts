import { describe, expect, test } from "vitest";
import { type KeptCandidate, keptIds } from "./retention.ts";

const keep = { last: 2, daily: 3, weekly: 2, monthly: 2, restorePoints: 1 };

const backup = (id: string, changes: Partial<KeptCandidate> = {}): KeptCandidate => ({
  id,
  kind: "scheduled",
  takenAt: `${id}T03:00:00Z`,
  state: "good",
  schema: "0001",
  ...changes,
});

/** Thirty-one days of October 2026; the first of November is a Sunday. */
const october = Array.from({ length: 31 }, (_, day) => backup(`2026-10-${String(day + 1).padStart(2, "0")}`));

describe("the rule of what stays", () => {
  test("keeps the newest of days, weeks and months, each once", () => {
    const kept = keptIds([...october, backup("2026-11-01")], keep);
    expect([...kept].sort()).toEqual(["2026-10-25", "2026-10-30", "2026-10-31", "2026-11-01"]);
  });

  test("lets no failure push a proven backup out", () => {
    const failures = ["2026-11-02", "2026-11-03", "2026-11-04"].map((id) => backup(id, { state: "bad" }));
    const kept = keptIds([backup("2026-11-01"), ...failures], {
      ...keep,
      last: 1,
      daily: 0,
      weekly: 0,
      monthly: 0,
    });
    expect(kept).toContain("2026-11-01");
  });

  test("keeps failures to look at, until a backup is good again", () => {
    const failure = backup("2026-11-02", { state: "bad" });
    expect(keptIds([backup("2026-11-01"), failure], keep)).toContain("2026-11-02");
    expect(keptIds([backup("2026-11-01"), failure, backup("2026-11-03")], keep)).not.toContain("2026-11-02");
  });

  test("keeps what could not be proven as if it were good, but lets it push nothing out", () => {
    const one = { ...keep, last: 1, daily: 0, weekly: 0, monthly: 0 };
    const unproven = backup("2026-11-02", { state: "unproven" });
    expect([...keptIds([backup("2026-11-01"), unproven, backup("2026-11-03")], one)]).toEqual(["2026-11-03"]);
    const two = { ...one, last: 2 };
    const kept = keptIds([backup("2026-11-01"), unproven, backup("2026-11-03")], two);
    expect([...kept].sort()).toEqual(["2026-11-01", "2026-11-02", "2026-11-03"]);
  });

  test("keeps the newest restore point of each schema, whatever tries of one migration have left since", () => {
    const point = (day: string, schema: string) =>
      backup(day, { kind: "restore-point", takenAt: `${day}T04`, schema });
    const tries = ["2026-10-03", "2026-10-04", "2026-10-05"].map((day) => point(day, "0002"));
    const points = [point("2026-09-01", "0000"), point("2026-10-01", "0001"), ...tries];
    const kept = keptIds([...points, backup("2026-10-06")], { ...keep, restorePoints: 2 });
    expect([...kept].sort()).toEqual(["2026-10-01", "2026-10-04", "2026-10-05", "2026-10-06"]);
  });

  test("counts restore points by themselves", () => {
    const points = ["2026-10-01", "2026-10-02"].map((id) =>
      backup(`${id}r`, { kind: "restore-point", takenAt: `${id}T04` }),
    );
    const kept = keptIds([...october, ...points], keep);
    expect([...kept].filter((id) => id.endsWith("r"))).toEqual(["2026-10-02r"]);
  });
});
