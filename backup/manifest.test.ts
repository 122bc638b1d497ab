import { expect, test } from "vitest";
import { tableDifferences } from "./manifest.ts";

const tables = { "public.jobs": { rows: 2, digest: "17" }, "public.models": { rows: 0, digest: "0" } };

test("tables that are alike differ in nothing", () => {
  expect(tableDifferences(tables, structuredClone(tables))).toEqual([]);
});

test("every kind of difference is told, and all of them", () => {
  const found = { "public.jobs": { rows: 2, digest: "18" }, "public.more": { rows: 1, digest: "1" } };
  expect(tableDifferences(tables, found)).toEqual([
    "public.jobs has other content",
    "public.models is missing",
    "public.more should not be there",
  ]);
  expect(tableDifferences(tables, { ...tables, "public.jobs": { rows: 1, digest: "17" } })).toEqual([
    "public.jobs has 1 rows, not 2",
  ]);
});
