import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

test("the client's types are those of the API's document", () => {
  const cli = join(
    dirname(createRequire(import.meta.url).resolve("openapi-typescript/package.json")),
    "bin/cli.js",
  );
  const folder = mkdtempSync(join(tmpdir(), "slipway-types-"));
  const made = join(folder, "api.d.ts");
  const document = new URL("../../openapi.json", import.meta.url).pathname;
  execFileSync(process.execPath, [cli, document, "--output", made], { stdio: "pipe" });
  const kept = readFileSync(new URL("../generated/api.d.ts", import.meta.url), "utf8");
  expect(readFileSync(made, "utf8"), "run npm run types --workspace app/web").toBe(kept);
  rmSync(folder, { recursive: true });
});
