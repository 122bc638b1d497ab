import { expect, test } from "vitest";
import { registryRefusal } from "./registry-refusal.ts";

const tenant = {
  ...{ namespace: "axspace", user: "axspace/operator", authToken: "to<k>en;" },
  hasRepository: (name: string) => name === "slipway-prod/slipway/app",
};

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

const authorization = basic(tenant.user, tenant.authToken);
const status = (path: string, as: string | undefined = authorization) =>
  registryRefusal({ path, authorization: as }, tenant)?.status;

test("nobody comes in without the user's name in the namespace and the auth token", () => {
  expect(status("/v2/", "")).toBe(401);
  expect(status("/v2/", basic("operator", tenant.authToken))).toBe(401);
  expect(status("/v2/", basic(tenant.user, "another"))).toBe(401);
  expect(status("/v2/")).toBeUndefined();
});

test("only repositories that were made are there, in this namespace alone", () => {
  expect(status("/v2/axspace/slipway-prod/slipway/app/blobs/uploads/?from=other")).toBeUndefined();
  expect(status("/v2/axspace/slipway-prod/slipway/app/manifests/sha256:0")).toBeUndefined();
  expect(status("/v2/axspace/slipway-prod/slipway/web/blobs/uploads/")).toBe(403);
  expect(status("/v2/other/slipway-prod/slipway/app/tags/list")).toBe(403);
});
