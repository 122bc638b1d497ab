import { expect, test } from "vitest";
import { planReport } from "./plan-report.ts";
import { refuseDataLoss } from "./refuse-data-loss.ts";
import { renderJson, renderMarkdown, renderText } from "./render.ts";

const step = (op: string, name: string, type: string) => ({
  ...{ op, urn: `urn:pulumi:local::slipway::${type}::${name}` },
  [op === "create" ? "newState" : "oldState"]: { type, custom: true, inputs: {} },
});

const create = step("create", "worker", "docker:index/service:Service");
const remove = step("delete", "data", "docker:index/volume:Volume");
const report = (...steps: object[]) =>
  planReport("local", JSON.stringify({ steps, changeSummary: { same: 3 } }));

test("the worst change stands first, and gives the plan its class", () => {
  const [summary, , , first] = renderText(report(create, remove)).split("\n");
  expect(summary).toBe("local: 2 changes, 3 unchanged. Downtime class: data at risk.");
  expect(first).toContain("Volume data");
});

test("a plan without changes says so in a line", () => {
  expect(renderText(report())).toBe("local: nothing changes (3 resources).\n");
});

test("Markdown has a row for each change, with its class", () => {
  expect(renderMarkdown(report(create))).toBe(
    [
      "**local: 1 change, 3 unchanged. Downtime class: zero.**",
      "",
      "| change | resource | downtime | why |",
      "| --- | --- | --- | --- |",
      "| create | Service worker | zero | new: nothing runs yet that could stop |",
      "",
    ].join("\n"),
  );
});

test("JSON gives programs the class of the plan and of each change", () => {
  const shown = JSON.parse(renderJson(report(create)));
  expect(shown).toMatchObject({ stack: "local", downtime: "zero", unchanged: 3, errors: [] });
  expect(shown.changes).toMatchObject([{ change: "create", resource: "worker", downtime: "zero" }]);
});

test("an error of the preview is told in one plain line", () => {
  const message = "error: \u001b[31mno\u001b[0m such\n  thing";
  const failed = planReport("local", JSON.stringify({ diagnostics: [{ message, severity: "error" }] }));
  expect(renderText(failed)).toContain("The preview did not end well: no such thing");
});

test("a plan that puts data at risk is refused with those changes alone, and with the way out", () => {
  const refusal = () => refuseDataLoss(report(create, remove));
  expect(refusal).toThrow(/Volume data/);
  expect(refusal).toThrow(/--allow-data-loss/);
  expect(refusal).not.toThrow(/Service worker/);
});

test("a plan that puts no data at risk is not refused", () => {
  expect(() => refuseDataLoss(report(create))).not.toThrow();
});
