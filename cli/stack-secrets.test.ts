import { expect, test } from "vitest";
import { makeMissingSecrets, SECRET_NAMES } from "./stack-secrets.ts";

test("a new stack gets every secret, each of its own", async () => {
  const made = await makeMissingSecrets("local", new Set());
  expect([...made.keys()].sort()).toEqual([...SECRET_NAMES].sort());
  expect(new Set(made.values()).size).toBe(SECRET_NAMES.length);
});

test("secrets that a stack has are never replaced", async () => {
  const made = await makeMissingSecrets("local", new Set(SECRET_NAMES.filter((name) => name !== "apiToken")));
  expect([...made.keys()]).toEqual(["apiToken"]);
});

test("one lost certificate makes them all anew, since they share an authority", async () => {
  const made = await makeMissingSecrets(
    "local",
    new Set(SECRET_NAMES.filter((name) => name !== "postgresTlsKey")),
  );
  expect([...made.keys()].sort()).toEqual(
    [
      "internalCaCertificate",
      "objectStoreTlsCertificate",
      "objectStoreTlsKey",
      "postgresTlsCertificate",
      "postgresTlsKey",
    ].sort(),
  );
});
