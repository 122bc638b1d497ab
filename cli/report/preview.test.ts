import { expect, test } from "vitest";
import { parsePreview } from "./preview.ts";
import { pathSteps } from "./property-path.ts";

const urn = "urn:pulumi:local::slipway::docker:index/tag:Tag::web";
const state = (inputs: object) => ({ type: "docker:index/tag:Tag", custom: true, inputs });
const parse = (steps: object[]) => parsePreview(JSON.stringify({ steps }));

test("the three steps of one replacement are one change", () => {
  const steps = ["delete-replaced", "replace", "create-replacement"].map((op) => ({
    ...{ op, urn },
    oldState: state({}),
    newState: state({}),
  }));
  expect(parse(steps).changes.map(({ operation, name }) => [operation, name])).toEqual([["replace", "web"]]);
});

test("components, the stack, reads and what is the same are no changes", () => {
  const component = { type: "slipway:web:Edge", custom: false };
  const steps = [
    { op: "create", urn, newState: component },
    { op: "same", urn, oldState: state({}), newState: state({}) },
    { op: "read", urn, newState: state({}) },
  ];
  expect(parse(steps).changes).toEqual([]);
});

test("what a provider works out itself is left out where the program changed something", () => {
  const detailedDiff = { "spec.env": {}, "spec.computed": {} };
  const states = { oldState: state({ spec: { env: "a" } }), newState: state({ spec: { env: "b" } }) };
  const [change] = parse([{ op: "update", urn, ...states, detailedDiff }]).changes;
  expect(change?.properties).toEqual(["spec.env"]);
});

test("a provider that tells no details has its inputs compared", () => {
  const states = {
    oldState: state({ create: "a", stdin: "x" }),
    newState: state({ create: "a", stdin: "y" }),
  };
  const [change] = parse([{ op: "update", urn, ...states, detailedDiff: null }]).changes;
  expect(change?.properties).toEqual(["stdin"]);
});

test("an operation that is not known is kept, as unknown", () => {
  expect(parse([{ op: "teleport", urn, newState: state({}) }]).changes[0]?.operation).toBe("unknown");
});

test("a preview without any step is one without changes", () => {
  expect(parsePreview("{}")).toEqual({ changes: [], unchanged: 0, errors: [] });
});

test("quoted steps of a path may hold dots and brackets", () => {
  expect(pathSteps('a.b[0]["com.example[x]"].c')).toEqual(["a", "b", "0", "com.example[x]", "c"]);
});
