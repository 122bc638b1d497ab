import { expect, test } from "vitest";
import { explain } from "./explain.ts";

const acme = (kind: string, status = 400) =>
  explain({ type: `urn:ietf:params:acme:error:${kind}`, status, message: "what it said." }, "app.test");

test("a failed challenge names the address that the authority asks, and what it said", () => {
  const { reason, message } = acme("connection");
  expect(reason).toBe("challenge-failed");
  expect(message).toContain("what it said. ");
  expect(message).toContain("http://app.test/ (port 80)");
  expect(message).toContain("publicIps");
});

test.each([
  ["unauthorized", "challenge-failed"],
  ["dns", "challenge-failed"],
  ["rateLimited", "rate-limited"],
  ["caa", "forbidden"],
  ["rejectedIdentifier", "forbidden"],
  ["invalidContact", "refused"],
  ["invalidProfile", "refused"],
])("the authority's %s counts as %s", (kind, reason) => {
  expect(acme(kind).reason).toBe(reason);
});

test("an authority that fails by itself, or is not there, is none of the operator's business", () => {
  expect(acme("serverInternal", 500).reason).toBe("authority-unreachable");
  expect(explain({ type: "unreachable", message: "refused" }, "app.test").reason).toBe(
    "authority-unreachable",
  );
});

test("a fault on this side is unforeseen", () => {
  expect(explain({ message: "port 8080 is taken" }, "app.test").reason).toBe("unforeseen");
});

test("the authority's own time to wait is kept", () => {
  const type = "urn:ietf:params:acme:error:rateLimited";
  expect(explain({ type, message: "", retryAfterSeconds: 7_200 }, "app.test").retryAfterSeconds).toBe(7_200);
});
