import { expect, test } from "vitest";
import { holdsSecret, plain, redacted, secret, secretTexts } from "./values.ts";

test("a wrapped value and a plain one are equal once the marks are off", () => {
  expect(plain({ a: [secret("x"), { b: secret({ c: 1 }) }] })).toEqual({ a: ["x", { b: { c: 1 } }] });
});

test("only texts inside a secret are secret", () => {
  const value = { open: "no", stdin: secret("yes"), environment: secret({ A: "1", B: "" }) };
  expect(secretTexts(value)).toEqual(["yes", "1"]);
  expect(holdsSecret(value)).toBe(true);
  expect(holdsSecret({ open: ["no"] })).toBe(false);
});

test("a secret of several lines is hidden line by line, and the longer of two first", () => {
  expect(redacted("first\nsays abc and abcdef", ["abc", "abcdef", "first\nsecond"])).toBe(
    "[secret]\nsays [secret] and [secret]",
  );
});
