import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildInputs, copiedSources, hashOfInputs } from "./build-inputs.ts";

let context: string;

function write(path: string, text: string): void {
  mkdirSync(dirname(join(context, path)), { recursive: true });
  writeFileSync(join(context, path), text);
}

beforeEach(() => {
  context = mkdtempSync(join(tmpdir(), "build-inputs-"));
  write(
    "app/Dockerfile",
    "FROM x AS build\nCOPY package*.json ./\nCOPY --chown=1 app/ app/\nCOPY .slipway/build/extra-ca.crt /ca\n",
  );
  write(".dockerignore", "**/*.test.ts\n");
  write("package.json", "{}");
  write("app/api.ts", "1");
  write("app/api.test.ts", "1");
  write(".slipway/build/extra-ca.crt", "");
  write("README.md", "1");
});

afterEach(() => rmSync(context, { recursive: true }));

test("sources are those taken from the context, over continued lines", () => {
  const dockerfile = "COPY a \\\n  b /c/\nCOPY --from=build /x /y\nRUN cp q r\nadd --chown=1:1 d e\n";
  expect(copiedSources(dockerfile)).toEqual(["a", "b", "d"]);
});

test("inputs are the Dockerfile and what it copies, but nothing ignored and nothing of this machine alone", () => {
  expect(buildInputs(context, "app/Dockerfile")).toEqual(["app/Dockerfile", "app/api.ts", "package.json"]);
});

test("the hash changes with an input and stays with everything else", () => {
  const before = hashOfInputs(context, "app/Dockerfile");
  write("README.md", "2");
  write("app/api.test.ts", "2");
  write(".slipway/build/extra-ca.crt", "a certificate");
  expect(hashOfInputs(context, "app/Dockerfile")).toBe(before);
  write("app/api.ts", "2");
  expect(hashOfInputs(context, "app/Dockerfile")).not.toBe(before);
});

test("the hash changes when a file moves", () => {
  const before = hashOfInputs(context, "app/Dockerfile");
  rmSync(join(context, "app/api.ts"));
  write("app/moved.ts", "1");
  expect(hashOfInputs(context, "app/Dockerfile")).not.toBe(before);
});
