import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { PROD_SECRETS } from "../stacks/settings.ts";
import { makeMissingSecrets, secretNames } from "./stack-secrets.ts";

const SECRET_NAMES = secretNames();

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

test("a stack with a domain gets a certificate for it, and the seed of its SSH keys", async () => {
  const made = await makeMissingSecrets("prod", new Set(), "app.example.org");
  expect([...made.keys()].sort()).toEqual([...PROD_SECRETS].sort());
  const certificate = new X509Certificate(made.get("edgeTlsCertificate") ?? "");
  expect(certificate.subjectAltName).toBe("DNS:app.example.org");
});
