import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { freePort } from "../app/testing/free-port.ts";
import { fileEntries } from "./file-entries.ts";
import type { Manifest } from "./manifest.ts";
import { takeFirst } from "./testing/first-backup.ts";
import { type Rig, startRig } from "./testing/rig.ts";

type Listed = { id: string; places: Record<string, { state: string; detail: string } | "damaged"> };

let rig: Rig;
let boats: string;
/** The backup that the tests break; it is whole again after each of them. */
let id: string;

const backups = async () => (await rig.run(["backup", "list"])).result.backups as Listed[];
const stateOf = async (wanted: string) => {
  const place = (await backups()).find((backup) => backup.id === wanted)?.places.store;
  return typeof place === "object" ? place.state : place;
};

beforeAll(async () => {
  rig = await startRig();
  ({ boats, id } = await takeFirst(rig));
});

afterAll(() => rig?.remove());

describe("a backup that was taken", () => {
  test("is proven everywhere: restored from the first place, and the same bytes in the other", async () => {
    const { result } = await rig.run(["backup", "list"], { places: ["store", "offsite"] });
    const [listed] = result.backups as Listed[];
    expect(listed?.places).toMatchObject({
      store: { state: "good", detail: "restored and compared; 2 objects there, 2 of them read" },
      offsite: { state: "good", detail: expect.stringMatching(/^the same bytes/) },
    });
  });

  test("is nowhere in clear", async () => {
    const stored = await rig.rclone(["cat", "store_s3:backups-store", "--include=**"]);
    expect(stored.length).toBeGreaterThan(300_000);
    for (const text of ["the boat slides", "CREATE TABLE", "schema_migrations"])
      expect(stored.includes(text), text).toBe(false);
  });

  test("leaves the live database as it was, and no server behind", async () => {
    const databases = await rig.query<{ datname: string }>(
      "SELECT datname FROM pg_database WHERE NOT datistemplate",
    );
    expect(databases.map(({ datname }) => datname).sort()).toEqual(["app", "postgres"]);
  });
});

describe("a backup that is broken on purpose is never reported as good:", () => {
  let work: string;

  beforeAll(async () => {
    await rig.rclone(["copy", "store_s3:backups-store", "store_s3:pristine", "--s3-no-check-bucket=false"]);
  });

  afterEach(async () => {
    await rig.rclone(["sync", "--ignore-times", "store_s3:pristine", "store_s3:backups-store"]);
    if (work) rmSync(work, { recursive: true, force: true });
  });

  const manifest = async () =>
    JSON.parse((await rig.rclone(["cat", `store:backups/${id}/manifest.json`])).toString()) as Manifest;

  const largestFile = async () =>
    (await manifest()).files
      .toSorted((a, b) => b.bytes - a.bytes)
      .find(({ path }) => path.startsWith("dump/"))?.path ?? "";

  /** Proves the backup anew; returns the reason it fails for, once it stands there as bad. */
  async function reasonAgainst(): Promise<unknown> {
    const { exitCode, result } = await rig.run(["backup", "verify", "--id", id]);
    expect(exitCode).toBe(1);
    expect(await stateOf(id)).toBe("bad");
    return result.failed;
  }

  async function flipByte(path: string): Promise<void> {
    const bytes = await rig.rclone(["cat", path]);
    const middle = bytes.length - 10;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await rig.rclone(["rcat", path], { input: bytes });
  }

  test("a truncated dump", async () => {
    const path = `store:backups/${id}/${await largestFile()}`;
    const content = await rig.rclone(["cat", path]);
    await rig.rclone(["rcat", path], { input: content.subarray(0, -1) });
    expect(await reasonAgainst()).toBe("damaged");
  });

  test("a flipped byte", async () => {
    await flipByte(`store_s3:backups-store/backups/${id}/${await largestFile()}.bin`);
    expect(await reasonAgainst()).toBe("damaged");
  });

  test("a missing table, in a dump that is whole by all its checksums", async () => {
    work = mkdtempSync(join(tmpdir(), "tampered-"));
    const options = ["--format=directory", "--compress=1", "--exclude-table=job_log", `--file=${work}/dump`];
    execFileSync("/usr/lib/postgresql/15/bin/pg_dump", [...options, rig.postgres.url("app")]);
    execFileSync("chmod", ["-R", "a+rX", work]);
    const { files, ...rest } = await manifest();
    const others = files.filter(({ path }) => !path.startsWith("dump/"));
    const entries = [...others, ...(await fileEntries(work))];
    await rig.rclone(["purge", `store:backups/${id}/dump`]);
    await rig.rclone(["copy", "/work", `store:backups/${id}`], { work });
    const input = JSON.stringify({ ...rest, files: entries });
    await rig.rclone(["rcat", `store:backups/${id}/manifest.json`], { input });
    expect(await reasonAgainst()).toBe("rows-differ");
  });

  test("a database that answers the app otherwise", async () => {
    const input = JSON.stringify({ ...(await manifest()), answer: [{ status: "queued", jobs: "3" }] });
    await rig.rclone(["rcat", `store:backups/${id}/manifest.json`], { input });
    expect(await reasonAgainst()).toBe("answer-differs");
  });

  test("an object's copy with a flipped byte", async () => {
    await flipByte(`store_s3:backups-store/objects/${boats}.bin`);
    expect(await reasonAgainst()).toBe("object-damaged");
  });

  test("an object's copy with other content, well encrypted", async () => {
    const content = await rig.rclone(["cat", `store:objects/${boats}`]);
    await rig.rclone(["rcat", `store:objects/${boats}`], {
      input: content.toString().replace("boat", "goat"),
    });
    expect(await reasonAgainst()).toBe("object-damaged");
  });

  test("an object's damaged copy, until the next backup has copied it again", async () => {
    await flipByte(`store_s3:backups-store/objects/${boats}.bin`);
    expect(await reasonAgainst()).toBe("object-damaged");
    const { exitCode, said } = await rig.run(["backup", "now"]);
    expect(exitCode, said).toBe(0);
    const again = await rig.run(["backup", "verify", "--id", id]);
    expect(again.exitCode, again.said).toBe(0);
    expect(await stateOf(id)).toBe("good");
  });

  test("an object's copy that is gone", async () => {
    await rig.rclone(["deletefile", `store:objects/${boats}`]);
    expect(await reasonAgainst()).toBe("object-missing");
  });

  test("a manifest that cannot be read", async () => {
    await flipByte(`store_s3:backups-store/backups/${id}/manifest.json.bin`);
    const { exitCode, result } = await rig.run(["backup", "verify", "--id", id]);
    expect([exitCode, result.failed]).toEqual([1, "damaged"]);
    expect(await stateOf(id)).toBe("damaged");
  });

  test("a proof that cannot be read: the backup counts as unproven, and stays as if it were good", async () => {
    await flipByte(`store_s3:backups-store/backups/${id}/proof.json.bin`);
    const keep = { last: 1, daily: 0, weekly: 0, monthly: 0, restorePoints: 1 };
    const { exitCode, result, said } = await rig.run(["backup", "now"], { keep });
    expect(exitCode, said).toBe(0);
    expect((await backups()).map((backup) => backup.id)).toEqual([id, result.backup]);
    expect(await stateOf(id)).toBe("unproven");
  });

  test("a full disk", async () => {
    const { exitCode, result } = await rig.run(["backup", "now"], { scratchMb: 100 });
    expect([exitCode, result.failed]).toEqual([1, "disk-full"]);
    expect(result.message).toMatch(/\d+ MB of scratch space are needed and \d+ MB are free/);
    expect((await backups()).map((backup) => backup.id)).toEqual([id]);
  });

  test("a disk that fills while a good one is proven anew: that is no fault of the backup, which stays good", async () => {
    const stored = await manifest();
    // Said to be so small that its proof is begun.
    const input = JSON.stringify({ ...stored, database: { ...stored.database, bytes: -50e6 } });
    await rig.rclone(["rcat", `store:backups/${id}/manifest.json`], { input });
    const { exitCode, result } = await rig.run(["backup", "verify", "--id", id], { scratchMb: 30 });
    expect([exitCode, result.failed]).toEqual([1, "disk-full"]);
    expect(await stateOf(id)).toBe("good");
    await rig.rclone(["deletefile", `store:backups/${id}/proof.json`]);
    await rig.run(["backup", "verify", "--id", id], { scratchMb: 30 });
    expect(await stateOf(id)).toBe("unproven");
  });

  test("a wrong key, which writes nothing beside what the right one has written", async () => {
    const before = await rig.rclone(["lsf", "-R", "store_s3:backups-store"]);
    const { exitCode, result } = await rig.run(["backup", "now"], { key: "another-key" });
    expect([exitCode, result.failed]).toEqual([1, "wrong-key"]);
    expect((await rig.rclone(["lsf", "-R", "store_s3:backups-store"])).toString()).toBe(before.toString());
  });

  test("a lock that is lost while it is stored: the run ends, since another may have begun", async () => {
    const holder = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = 'postgres' AND application_name = 'slipway-backup'`;
    const at = { said: "storing backup", act: () => void rig.postgres.admin(holder) };
    const { exitCode, result } = await rig.run(["backup", "now"], { at });
    expect([exitCode, result.failed]).toEqual([1, "lock-lost"]);
  });

  test("an unreachable store", async () => {
    const { exitCode, result } = await rig.run(["backup", "now"], {
      endpoint: `127.0.0.1:${await freePort()}`,
    });
    expect([exitCode, result.failed]).toEqual([1, "store-unreachable"]);
  });
});
