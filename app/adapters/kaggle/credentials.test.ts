import { expect, test } from "vitest";
import { authorizationHeader, kaggleCredentials, withoutSecret } from "./credentials.ts";

test("the token wins over the legacy pair, and half a pair is nothing", () => {
  const pair = { KAGGLE_USERNAME: "anna", KAGGLE_KEY: "k" };
  expect(kaggleCredentials({ ...pair, KAGGLE_API_TOKEN: "t" })).toEqual({ kind: "token", token: "t" });
  expect(kaggleCredentials(pair)).toEqual({ kind: "key", username: "anna", key: "k" });
  expect(kaggleCredentials({ KAGGLE_USERNAME: "anna" })).toBeUndefined();
});

test("a token is sent as Bearer, a pair as Basic", () => {
  expect(authorizationHeader({ kind: "token", token: "t" })).toBe("Bearer t");
  expect(authorizationHeader({ kind: "key", username: "anna", key: "k" })).toBe("Basic YW5uYTpr");
});

test("the secret is taken out of text from outside", () => {
  expect(withoutSecret({ kind: "key", username: "anna", key: "k3y" }, "bad k3y, k3y!")).toBe(
    "bad [redacted], [redacted]!",
  );
});
