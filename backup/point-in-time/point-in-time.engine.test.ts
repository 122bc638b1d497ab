import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ArchiveRig, startArchiveRig } from "../testing/archive-rig.ts";
import { OTHER_ARCHIVE_CONFIG } from "../testing/archive-rig-settings.ts";
import type { PointInTimeStatus } from "./status.ts";

const STORE = "s3:app-backups/point-in-time";

let rig: ArchiveRig;
/** Moments after one row each: `times[1]` is after the first and before the second. */
const times: string[] = [];

const status = async () => (await rig.run(["backup", "list"])).result.pointInTime as PointInTimeStatus;
const placeNow = async () => (await status()).places.store;

async function addRow(name: string): Promise<void> {
  await rig.query(`INSERT INTO datasets (id, name, format, status, bytes, sha256, rows, object_key)
    VALUES (gen_random_uuid(), '${name}', 'text', 'ready', 1, repeat('0', 64), 1, 'datasets/${name}')`);
}

async function serverTime(): Promise<string> {
  const [row] = await rig.query<{ now: Date }>("SELECT clock_timestamp() AS now");
  return row?.now.toISOString() ?? "";
}

const names = async (database?: string) =>
  (await rig.query<{ name: string }>("SELECT name FROM datasets ORDER BY name", database)).map(
    ({ name }) => name,
  );

beforeAll(async () => {
  rig = await startArchiveRig();
  const prepared = await rig.run(["archive", "prepare"]);
  expect(prepared.exitCode, prepared.said).toBe(0);
  await addRow("row-0");
  const taken = await rig.run(["backup", "base"]);
  expect(taken.exitCode, taken.said).toBe(0);
  // A base backup's end is known to the second.
  await sleep(1_500);
  for (const number of [1, 2, 3]) {
    times.push(await serverTime());
    await sleep(50);
    await addRow(`row-${number}`);
    await sleep(50);
  }
});

afterAll(() => rig?.remove());

describe("a base backup", () => {
  test("is proven by recovering from it, and any second after it can be gone back to", async () => {
    const place = await placeNow();
    expect(place?.bases).toMatchObject([{ state: "good", detail: "recovered and compared" }]);
    expect(place?.ranges).toEqual([{ from: expect.any(String), to: null }]);
    expect((await status()).faults).toEqual([]);
  });

  test("is nowhere in clear, and neither is the log", async () => {
    const stored = await rig.rclone(["cat", STORE, "--include=**"]);
    expect(stored.length).toBeGreaterThan(1_000_000);
    for (const text of ["schema_migrations", "row-0"]) expect(stored.includes(text), text).toBe(false);
  });
});

describe("a restore to a time", () => {
  test.each([0, 1, 2])("finds exactly the rows of then (%i later)", async (later) => {
    const database = `then_${later}`;
    const args = ["backup", "restore", "--to", times[later] as string, "--into", database];
    const { exitCode, said, result } = await rig.run(args);
    expect(exitCode, said).toBe(0);
    expect(said).not.toContain("disk is free cannot be told");
    expect(await names(database)).toEqual(["row-0", "row-1", "row-2"].slice(0, later + 1));
    // These rows name objects that nobody ever stored.
    expect(result).toMatchObject({ database, keptAs: null, objectsLost: later + 1 });
  });

  test("shows first what it would change", async () => {
    const { result } = await rig.run(["backup", "show", "--to", times[1] as string]);
    expect(result).toMatchObject({ kind: "moment", takenAt: times[1], changed: ["public.datasets"] });
    expect(result).toMatchObject({
      rowsThen: { "public.datasets": 2 },
      rowsNow: { "public.datasets": 4 },
    });
  });

  test("in place keeps what was there; killed in the middle and run again, it ends the same", async () => {
    const args = ["backup", "restore", "--to", times[1] as string];
    await rig.run(args, { killAt: "replaying the log" });
    await rig.run(args, { killAt: "restoring into" });
    expect(await names()).toHaveLength(4);
    const { exitCode, said, result } = await rig.run(args);
    expect(exitCode, said).toBe(0);
    expect(await names()).toEqual(["row-0", "row-1"]);
    expect(await names(result.keptAs as string)).toHaveLength(4);
    expect((await rig.run(args)).result).toMatchObject({ keptAs: null, database: "app" });
  });

  test("goes to a moment before that restore as well: its log leads through it", async () => {
    await rig.run(["backup", "restore", "--to", times[2] as string, "--into", "again"]);
    expect(await names("again")).toEqual(["row-0", "row-1", "row-2"]);
  });

  test.each([
    ["before the oldest base backup", () => "2026-01-01T00:00:00Z", /any second of 20.* to now/],
    ["still to come", () => new Date(Date.now() + 60_000).toISOString(), /is still to come/],
    ["no time at all", () => "yesterday", /neither a backup's id nor a time/],
  ])("that is %s is refused, plainly", async (_, to, message) => {
    const { exitCode, result } = await rig.run(["backup", "restore", "--to", to()]);
    expect([exitCode, result.failed]).toEqual([1, "refused"]);
    expect(result.message).toMatch(message);
  });
});

describe("what is wrong is told, and never reported as good:", () => {
  async function flipByte(path: string): Promise<void> {
    const bytes = await rig.rclone(["cat", path]);
    const middle = Math.floor(bytes.length / 2);
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await rig.rclone(["rcat", path], bytes);
  }

  const pathsIn = async (folder: string) =>
    (await rig.rclone(["lsf", "-R", "--files-only", `${STORE}/${folder}`])).toString().trim().split("\n");

  const segments = async () =>
    (await pathsIn("archive/database")).filter((path) => /[0-9A-F]{24}-/.test(path)).sort();

  test("another key, which changes nothing", async () => {
    const before = await rig.rclone(["lsf", "-R", STORE]);
    const secrets = { "pgbackrest.conf": OTHER_ARCHIVE_CONFIG };
    const { exitCode, result } = await rig.run(["backup", "base"], { secrets });
    expect([exitCode, result.failed]).toEqual([1, "wrong-key"]);
    expect(result.message).toMatch(/give the stack the one it had/);
    expect((await rig.rclone(["lsf", "-R", STORE])).toString()).toBe(before.toString());
  });

  test("an archive that is away, while the server writes on and still stops in time", async () => {
    await rig.docker("stop", "--time=5", rig.store);
    await addRow("row-9");
    await rig.query("SELECT pg_switch_wal()");
    await expect
      .poll(async () => (await status()).faults.join("; "), { timeout: 150_000, interval: 5_000 })
      .toMatch(/the write-ahead log is not archived .* 1 segments wait, .*MB of the database's disk/);
    const began = Date.now();
    await rig.docker("stop", "--time=120", rig.server);
    const stopMs = Date.now() - began;
    await rig.docker("start", rig.store, rig.server);
    await rig.untilReady();
    expect(stopMs).toBeLessThan(60_000);
    await expect.poll(async () => (await status()).faults, { timeout: 150_000, interval: 5_000 }).toEqual([]);
    expect(await names()).toContain("row-9");
  }, 600_000);

  /** Writes a row into a part of the log of its own, and waits until that is archived. Returns its path. */
  async function archivedRow(name: string): Promise<string> {
    const before = await segments();
    await addRow(name);
    await rig.query("SELECT pg_switch_wal()");
    await expect
      .poll(async () => (await segments()).length, { timeout: 60_000 })
      .toBeGreaterThan(before.length);
    return (await segments()).at(-1) as string;
  }

  test("an archive that goes away while the log is replayed: that is not the log's end", async () => {
    for (let count = 0; count < 8; count += 1) {
      await addRow(`part-${count}`);
      await rig.query("SELECT pg_switch_wal()");
    }
    const before = await serverTime();
    await sleep(50);
    await archivedRow("last-part");
    const at = { said: "replaying the log", act: () => void rig.docker("pause", rig.store) };
    const args = ["backup", "restore", "--to", before, "--into", "never"];
    const { exitCode, result } = await rig.run(args, { at });
    await rig.docker("unpause", rig.store);
    expect([exitCode, result.failed]).toEqual([1, "store-unreachable"]);
    expect(result.message).toMatch(/^from base backup \S+ on, the log cannot be read: /);
  });

  test("a flipped byte in the log: what comes after it cannot be brought back", async () => {
    await archivedRow("row-10");
    const before = await serverTime();
    await sleep(50);
    await flipByte(`${STORE}/archive/database/${await archivedRow("row-11")}`);
    const { exitCode, result } = await rig.run(["backup", "restore", "--to", before, "--into", "never"]);
    expect([exitCode, result.failed]).toEqual([1, "log-incomplete"]);
  });

  test("that byte, and one in a base backup, found when the next is taken; the next is good", async () => {
    const [base = ""] = (await placeNow())?.bases.map(({ label }) => label) ?? [];
    const files = await pathsIn(`backup/database/${base}`);
    await flipByte(`${STORE}/backup/database/${base}/${files.find((file) => file.includes("/global/1"))}`);
    const after = await serverTime();
    const { exitCode, result } = await rig.run(["backup", "base"]);
    expect([exitCode, result.failed]).toEqual([1, "damaged"]);
    expect(result.message).toContain(base);
    const { places, faults } = await status();
    expect(faults.join("; ")).toMatch(/is bad: damaged.*1 parts of the write-ahead log are damaged/);
    expect(places.store?.bases.map(({ state }) => state)).toEqual(["bad", "good"]);
    expect(places.store?.ranges).toEqual([{ from: expect.any(String), to: null }]);
    expect(Date.parse(places.store?.ranges[0]?.from ?? "")).toBeGreaterThan(Date.parse(after) - 1_000);
    const refused = await rig.run(["backup", "restore", "--to", times[2] as string]);
    expect(refused.result.failed).toBe("refused");
  });

  test("a bad base backup pushes no good one out", async () => {
    const goodOnes = async () => (await placeNow())?.bases.filter(({ state }) => state === "good") ?? [];
    const [oldest] = await goodOnes();
    expect((await rig.run(["backup", "base"])).exitCode).toBe(0);
    const newest = (await goodOnes()).at(-1)?.label ?? "";
    const files = await pathsIn(`backup/database/${newest}`);
    await flipByte(`${STORE}/backup/database/${newest}/${files.find((file) => file.includes("/global/1"))}`);
    expect((await rig.run(["backup", "base"])).result.failed).toBe("damaged");
    expect((await placeNow())?.bases.map(({ state }) => state)).toEqual(["good", "bad", "good"]);
    expect((await goodOnes())[0]?.label).toBe(oldest?.label);
  });

  test("a part of the log that is gone: no second is promised across it", async () => {
    await archivedRow("row-12");
    await sleep(2_000);
    const before = await serverTime();
    const lost = await archivedRow("row-13");
    await archivedRow("row-14");
    await rig.rclone(["deletefile", `${STORE}/archive/database/${lost}`]);
    const { result } = await rig.run(["backup", "restore", "--to", before, "--into", "never"]);
    expect(result).toMatchObject({
      failed: "refused",
      message: expect.stringMatching(/any second of 20\S+ to 20\S+;/),
    });
  });
});
