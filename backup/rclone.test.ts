import { describe, expect, test } from "vitest";
import { Rclone, rcloneError } from "./rclone.ts";

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

describe("a file that ends early", () => {
  const whole = { exitCode: 0, stdout: "content", stderr: "" };
  const cutOff = { exitCode: 1, stdout: "", stderr: "Failed to copy: unexpected EOF" };
  const reading = { decrypted: ["cat", "store:x"], asStored: ["cat", "store-s3:bucket/x.bin"] };

  /** Reads where rclone ends so, in this order. */
  function read(...outcomes: (typeof whole)[]): Promise<string> {
    const left = [...outcomes];
    const attempt = async () => left.shift() ?? whole;
    return Object.assign(new Rclone({ configFile: "" }), { attempt }).read("backup", reading);
  }

  test("is damaged where its bytes come whole and do not decrypt", async () => {
    await expect(read(cutOff, whole, cutOff)).rejects.toThrow(expect.objectContaining({ reason: "damaged" }));
  });

  test("is not where its bytes do not come whole, and not where it can be read after all", async () => {
    const unreachable = expect.objectContaining({ reason: "store-unreachable" });
    await expect(read(cutOff, cutOff)).rejects.toThrow(unreachable);
    expect(await read(cutOff, whole, whole)).toBe("content");
  });
});
