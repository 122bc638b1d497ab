import { expect, test } from "vitest";
import { buildNotes, isAtLeast } from "./go-build.ts";

test("a build's notes move: modules first, then packages, and a warning moves nothing", () => {
  const tell = buildNotes();
  const lines = [
    "go: downloading github.com/spf13/cobra v1.8.0",
    "go: downloading golang.org/x/net v0.30.0",
    "internal/goarch",
    "github.com/spf13/cobra",
    "# a warning of the linker",
  ];
  expect(lines.map(tell)).toEqual([
    "downloading, 1 modules so far",
    "downloading, 2 modules so far",
    "compiling, 1 packages so far",
    "compiling, 2 packages so far",
    "compiling, 2 packages so far",
  ]);
});

test("versions of Go are compared as numbers", () => {
  expect(isAtLeast("go1.26.8", "1.25.11")).toBe(true);
  expect(isAtLeast("go1.25", "1.25.11")).toBe(false);
  expect(isAtLeast("go1.9.7", "1.21.0")).toBe(false);
});
