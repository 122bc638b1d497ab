import { expect, test } from "vitest";
import { securityHeaders } from "./security-headers.ts";

test("an answer can run nothing, be framed by nobody, and be taken for no other type", () => {
  expect(securityHeaders()).toEqual({
    "content-security-policy": "default-src 'none';frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-site",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
  });
});
