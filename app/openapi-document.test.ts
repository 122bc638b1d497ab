import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { OPENAPI_FILE, renderOpenapi } from "./openapi-document.ts";

test("app/openapi.json is what the routes say (write it with: node app/openapi-document.ts)", async () => {
  expect(await readFile(OPENAPI_FILE, "utf8")).toBe(await renderOpenapi());
});
