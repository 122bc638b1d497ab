import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BackupError, type Reason } from "./backup-error.ts";
import type { Rclone } from "./rclone.ts";
import { Repository } from "./repository.ts";

const id = "20261125t030000-aaaa";
const manifest = JSON.stringify({ id });
const proof = JSON.stringify({ state: "good", at: "2026-11-25T03:01:00Z", detail: "restored and compared" });

/** A repository with one backup whose manifest comes with the others and whose proof does not, for a reason. */
function repositoryWhere(reason: Reason, directory: string): Repository {
  const run = async () =>
    JSON.stringify([
      { Path: `${id}/manifest.json`, Size: manifest.length },
      { Path: `${id}/proof.json`, Size: proof.length },
    ]);
  const attempt = async () => {
    mkdirSync(join(directory, id));
    writeFileSync(join(directory, id, "manifest.json"), manifest);
    // The half of a file that a transfer which was cut off may leave.
    writeFileSync(join(directory, id, "proof.json"), proof.slice(0, 9));
    return { exitCode: 1, stdout: "", stderr: `Failed to copy: unexpected EOF` };
  };
  const read = async () => {
    throw new BackupError(reason, "proof.json");
  };
  const place = {
    endpoint: "",
    region: "",
    bucket: "",
    pathStyle: true,
    accessKeyFile: "",
    secretKeyFile: "",
  };
  return new Repository({ ...place, name: "store", makeBucket: false }, {
    run,
    attempt,
    read,
  } as unknown as Rclone);
}

test("a proof that is damaged is none, as long as that is certain", async () => {
  const directory = mkdtempSync(join(tmpdir(), "list-"));
  expect(await repositoryWhere("damaged", directory).list(directory)).toEqual([
    { id, manifest: { id }, proof: undefined },
  ]);
});

test("a proof that could not be read for another reason ends the list, so that nothing is removed by it", async () => {
  const directory = mkdtempSync(join(tmpdir(), "list-"));
  await expect(repositoryWhere("store-unreachable", directory).list(directory)).rejects.toThrow(
    expect.objectContaining({ reason: "store-unreachable" }),
  );
});
