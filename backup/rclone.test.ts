import { expect, test } from "vitest";
import { rcloneError } from "./rclone.ts";

test.each([
  ["failed to authenticate decrypted block - bad password?", "damaged"],
  ["Failed to copy: file has truncated block header", "damaged"],
  ["open x: no space left on device", "disk-full"],
  ["error reading source root directory: unexpected EOF", "store-unreachable"],
  ["corrupted on transfer: sizes differ src 312 vs dst 200", "store-unreachable"],
  ["error listing: directory not found", "not-found"],
  ["dial tcp 10.0.0.1:9000: connect: connection refused", "store-unreachable"],
  [
    "RequestError: send request failed caused by: x509: certificate signed by unknown authority",
    "store-unreachable",
  ],
])("rclone's words %j mean %s", (stderr, reason) => {
  expect(rcloneError("backup", { exitCode: 1, stdout: "", stderr }).reason).toBe(reason);
});
