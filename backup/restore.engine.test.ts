import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "./manifest.ts";
import { takeFirst } from "./testing/first-backup.ts";
import { type Rig, startRig } from "./testing/rig.ts";

let rig: Rig;
let boats: string;
let id: string;

beforeAll(async () => {
  rig = await startRig();
  ({ boats, id } = await takeFirst(rig));
});

afterAll(() => rig?.remove());

describe("a restore that cannot be finished", () => {
  const path = () => `store:backups/${id}/manifest.json`;
  const databases = async () =>
    (await rig.query<{ datname: string }>("SELECT datname FROM pg_database ORDER BY 1")).map(
      ({ datname }) => datname,
    );

  /** Restores into a new database while the backup says something else of itself. */
  async function restoreOf(changed: (stored: Manifest) => Manifest) {
    const stored = (await rig.rclone(["cat", path()])).toString();
    await rig.rclone(["rcat", path()], { input: JSON.stringify(changed(JSON.parse(stored))) });
    const ended = await rig.run(["backup", "restore", "--to", id, "--into", "unfinished"]);
    await rig.rclone(["rcat", path()], { input: stored });
    return ended;
  }

  test("leaves no database behind", async () => {
    const before = await databases();
    const datasets = { rows: 7, digest: "7" };
    const { result } = await restoreOf((stored) => ({
      ...stored,
      tables: { ...stored.tables, "public.datasets": datasets },
    }));
    expect(result.failed).toBe("rows-differ");
    expect(await databases()).toEqual(before);
  });

  test("for want of room is refused before anything is fetched or made", async () => {
    const { result, said } = await restoreOf((stored) => ({
      ...stored,
      database: { ...stored.database, bytes: 1e15 },
    }));
    expect(result.failed).toBe("disk-full");
    expect(result.message).toMatch(
      /^to restore, \d+ MB of the database server's disk are needed and \d+ MB are/,
    );
    expect(said).not.toMatch(/fetching|restoring into/);
  });

  test("takes away first what one that was killed has left, since it takes up room", async () => {
    const before = await databases();
    await rig.postgres.admin("CREATE DATABASE app_restoring");
    const { result } = await restoreOf((stored) => ({
      ...stored,
      database: { ...stored.database, bytes: 1e15 },
    }));
    expect(result.failed).toBe("disk-full");
    expect(await databases()).toEqual(before);
  });
});

describe("a restore", () => {
  /** A client as the app has them: it comes back whenever it is thrown out. */
  async function keepConnecting(until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      const client = new pg.Client({ connectionString: rig.postgres.url("app") });
      client.on("error", () => {});
      await client.connect().catch(() => {});
      await client.query("SELECT pg_sleep(10)").catch(() => {});
      await client.end().catch(() => {});
      await sleep(5);
    }
  }

  async function destroy(): Promise<void> {
    await rig.query("DROP TABLE job_log");
    await rig.query("UPDATE datasets SET name = name || ' as changed since'");
    await rig.objects.delete(boats);
  }

  async function expectRestored(): Promise<void> {
    const rows = await rig.query<{ name: string }>("SELECT name FROM datasets ORDER BY name");
    expect(rows.map(({ name }) => name)).toEqual(["boats", "ships"]);
    expect(await rig.query("SELECT count(*) FROM job_log")).toEqual([{ count: "0" }]);
    expect(await rig.objects.size(boats)).toBe(32);
    expect(await rig.query("SELECT 1 AS one FROM pg_database WHERE datname = 'app_restoring'")).toEqual([]);
    const [access] = await rig.query<{ open: boolean; owner: string }>(
      `SELECT has_database_privilege('pg_monitor', 'app', 'connect') AS open, pg_get_userbyid(datdba) AS owner
       FROM pg_database WHERE datname = 'app'`,
    );
    expect(access).toEqual({ open: false, owner: "app" });
  }

  const keptDatabases = async () =>
    (
      await rig.query<{ datname: string }>(
        "SELECT datname FROM pg_database WHERE datname LIKE 'app%' ORDER BY 1",
      )
    ).map(({ datname }) => datname);

  test("shows first what it would change, table by table", async () => {
    await destroy();
    const { result } = await rig.run(["restore-point", "show", "--id", id]);
    expect(result).toMatchObject({
      ...{ restorePoint: id, release: "first", changed: ["public.datasets", "public.job_log"] },
      rowsThen: { "public.datasets": 2, "public.job_log": 0 },
      rowsNow: { "public.datasets": 2, "public.jobs": 0 },
    });
  });

  test("tells the same schema from another one, whenever the live database was made", async () => {
    const shown = async () => (await rig.run(["backup", "show", "--to", id])).result;
    await rig.query("UPDATE schema_migrations SET applied_at = applied_at + interval '1 day'");
    const { changed, isSameSchema } = await shown();
    expect([changed, isSameSchema]).toEqual([expect.arrayContaining(["public.schema_migrations"]), true]);
    await rig.query("UPDATE schema_migrations SET checksum = 'other' WHERE name LIKE '0001%'");
    expect((await shown()).isSameSchema).toBe(false);
  });

  test("brings rows and objects back while clients keep connecting, and keeps what was there", async () => {
    const done = new AbortController();
    const clients = [keepConnecting(done.signal), keepConnecting(done.signal)];
    const { exitCode, result, said } = await rig.run(["restore-point", "restore", "--id", id]);
    done.abort();
    await rig.postgres.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'app'");
    await Promise.all(clients);
    expect(exitCode, said).toBe(0);
    expect(result).toMatchObject({
      ...{ restorePoint: id, keptAs: `app_before_${id}`, objectsReturned: 1 },
      rows: { "public.datasets": 2, "public.job_log": 0 },
    });
    await expectRestored();
    const kept = await rig.query<{ name: string }>("SELECT name FROM datasets", [], `app_before_${id}`);
    expect(kept.map(({ name }) => name)).toContain("boats as changed since");
  });

  test("that is run again has nothing to do", async () => {
    const { result } = await rig.run(["restore-point", "restore", "--id", id]);
    expect(result).toMatchObject({ keptAs: null, objectsReturned: 0 });
    expect(await keptDatabases()).toEqual(["app", `app_before_${id}`]);
  });

  test.each(["restoring into", "comparing", "swapping"])(
    "that was killed while %s is finished by the next",
    async (killAt) => {
      await destroy();
      await rig.run(["restore-point", "restore", "--id", id], { killAt });
      const { exitCode, said } = await rig.run(["restore-point", "restore", "--id", id]);
      expect(exitCode, said).toBe(0);
      await expectRestored();
    },
  );

  test("into another database leaves the live one alone, and refuses a name that is taken", async () => {
    const before = await keptDatabases();
    const { exitCode } = await rig.run([
      "backup",
      "restore",
      "--to",
      new Date().toISOString(),
      "--into",
      "looked_at",
    ]);
    expect(exitCode).toBe(0);
    expect(await rig.query("SELECT count(*) FROM datasets", [], "looked_at")).toEqual([{ count: "2" }]);
    expect(await keptDatabases()).toEqual(before);
    const again = await rig.run(["backup", "restore", "--to", id, "--into", "looked_at"]);
    expect(again.result.failed).toBe("refused");
  });

  test("brings an object back that was swept while no row named it yet", async () => {
    await destroy();
    const at = { said: "restoring into", act: () => void rig.objects.delete(boats) };
    const { exitCode, said, result } = await rig.run(["backup", "restore", "--to", id], { at });
    expect(exitCode, said).toBe(0);
    expect(result.objectsReturned).toBe(1);
    await expectRestored();
  });

  test("takes an object from elsewhere when its copy in the first place is not what was stored", async () => {
    const content = (await rig.rclone(["cat", `store:objects/${boats}`])).toString();
    await rig.rclone(["rcat", `store:objects/${boats}`], { input: content.replace("boat", "goat") });
    await rig.objects.delete(boats);
    const { exitCode, said, result } = await rig.run(
      ["backup", "restore", "--to", id, "--into", "with_objects"],
      { places: ["store", "offsite"] },
    );
    expect(exitCode, said).toBe(0);
    expect(said).toMatch(new RegExp(`1 objects cannot be had from there \\(${boats}\\)`));
    expect(result.objectsReturned).toBe(1);
    expect(await text(await rig.objects.get(boats))).toBe(content);
  });

  test("ends well without an object that is whole nowhere any more, and names it", async () => {
    await destroy();
    const { exitCode, said, result } = await rig.run(["backup", "restore", "--to", id]);
    expect(exitCode, said).toBe(0);
    expect(result).toMatchObject({ objectsReturned: 0, objectsLost: 1, lostKeys: [boats] });
    expect(said).toMatch(`nowhere whole any more: ${boats}`);
    const rows = await rig.query<{ name: string }>("SELECT name FROM datasets ORDER BY name");
    expect(rows.map(({ name }) => name)).toEqual(["boats", "ships"]);
  });

  test("takes the copy elsewhere when the first is damaged", async () => {
    await rig.rclone(["deletefile", `store:backups/${id}/dump/toc.dat`]);
    const { exitCode, said } = await rig.run(["backup", "restore", "--to", id, "--into", "from_offsite"], {
      places: ["store", "offsite"],
    });
    expect(exitCode, said).toBe(0);
    expect(await rig.query("SELECT count(*) FROM datasets", [], "from_offsite")).toEqual([{ count: "2" }]);
  });
});
