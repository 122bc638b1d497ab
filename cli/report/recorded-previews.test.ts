import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type PlanReport, planReport } from "./plan-report.ts";
import { renderText } from "./render.ts";

/**
 * What CLI 3.253.0 and the Docker provider 5.2.0 told of one real change each to a small stack: `api` and `extra`
 * start first, `db` stops first and has the protected volume `data`, `door` owns a port of the machine, `scratch` is a
 * volume without protection. Steps without change and what providers fill in are left out.
 */
const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, "golden/previews.json"), "utf8"),
) as Record<string, object>;

const reportOf = (change: string): PlanReport => planReport("local", JSON.stringify(recorded[change]));

test("every recorded kind of change is told as cli/report/golden/tables.txt says", async () => {
  const tables = Object.keys(recorded).map((change) => `# ${change}\n${renderText(reportOf(change))}`);
  await expect(tables.join("\n")).toMatchFileSnapshot("golden/tables.txt");
});

test.each([
  ["base", "zero"],
  ["environment", "zero"],
  ["replicas", "zero"],
  ["config", "zero"],
  ["secret", "zero"],
  ["job", "zero"],
  ["registry", "zero"],
  ["engine-registry", "zero"],
  ["service-new", "zero"],
  ["service-gone", "brief stop"],
  ["service-renamed", "brief stop"],
  ["db-memory", "brief stop"],
  ["door", "brief stop"],
  ["door-port", "brief stop"],
  ["network", "brief stop"],
  ["plugin", "brief stop"],
  ["other-volume", "data at risk"],
  ["scratch-gone", "data at risk"],
  ["scratch-renamed", "data at risk"],
  ["volume-gone", "data at risk"],
  ["volume-renamed", "data at risk"],
  ["engine-host", "data at risk"],
] as const)("the recorded change %s is %s", (change, downtime) => {
  expect(reportOf(change).downtime).toBe(downtime);
});

test("new images stop only the services that do not start first", () => {
  const services = reportOf("images").changes.filter(({ change }) => change.type.endsWith(":Service"));
  const classes = Object.fromEntries(services.map(({ change, downtime }) => [change.name, downtime]));
  expect(classes).toEqual({ api: "zero", extra: "zero", db: "brief stop", door: "brief stop" });
});

test("an unknown type is never called zero, and the table says that it is unknown", () => {
  const [plugin] = reportOf("plugin").changes;
  expect(plugin?.why).toBe(
    "a type (docker:index/plugin:Plugin) that no rule knows: unknown, treated as brief stop",
  );
});

test("a preview that protection has ended is told with its error", () => {
  expect(reportOf("volume-gone").errors.join()).toContain("cannot be deleted");
});
