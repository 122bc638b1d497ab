import { expect, test } from "vitest";
import { datasetSlug, kernelSlug, kernelTitle } from "./names.ts";

const ID = "01939c2e-7a10-7000-8000-0000000000a1";

test("names fit into Kaggle's 50 characters, also at the last attempts", () => {
  expect(kernelSlug(ID, 999).length).toBeLessThanOrEqual(50);
  expect(datasetSlug("f".repeat(64)).length).toBeLessThanOrEqual(50);
});

test("a kernel's title becomes its slug by Kaggle's rule: lower case, dashes for spaces", () => {
  expect(kernelTitle(ID, 2).toLowerCase().replaceAll(" ", "-")).toBe(kernelSlug(ID, 2));
});
