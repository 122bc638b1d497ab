import { expect, test } from "vitest";
import { tokenCheck } from "./auth.ts";

test("a token is known again and again, however its header is written, and no other ever is", () => {
  const isKnown = tokenCheck(["first-token-0123", "second-token-012"]);
  for (const _time of [1, 2, 3]) {
    expect(isKnown("Bearer first-token-0123")).toBe(true);
    expect(isKnown("bearer  second-token-012")).toBe(true);
    expect(isKnown("Bearer first-token-012")).toBe(false);
    expect(isKnown("Bearer first-token-0123 ")).toBe(false);
    expect(isKnown("first-token-0123")).toBe(false);
    expect(isKnown("")).toBe(false);
    expect(isKnown(undefined)).toBe(false);
  }
});
