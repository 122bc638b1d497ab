import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ArchiveRig, startArchiveRig } from "../testing/archive-rig.ts";
import type { PointInTimeStatus } from "./status.ts";

let rig: ArchiveRig;
let moment: string;

const places = async () =>
  ((await rig.run(["backup", "list"])).result.pointInTime as PointInTimeStatus).places;

beforeAll(async () => {
  rig = await startArchiveRig({ hasOffsite: true });
  const prepared = await rig.run(["archive", "prepare"]);
  expect(prepared.exitCode, prepared.said).toBe(0);
  const taken = await rig.run(["backup", "base"]);
  expect(taken.exitCode, taken.said).toBe(0);
  await rig.query("CREATE TABLE marks AS SELECT 1 AS mark");
  await sleep(1_500);
  moment = new Date().toISOString();
  await sleep(50);
  await rig.query("INSERT INTO marks VALUES (2)");
});

afterAll(() => rig?.remove());

test("base backups and the log lie in both places, and each is proven there", async () => {
  const { store, offsite } = await places();
  for (const place of [store, offsite]) {
    expect(place?.bases.map(({ state }) => state)).toEqual(["good"]);
    expect(place?.ranges).toEqual([{ from: expect.any(String), to: null }]);
  }
});

test("a server that was made anew is taken on, and what the one before it held can still be had", async () => {
  const { server } = rig;
  await rig.docker("stop", "--time=60", server);
  const empty = [
    "--user=0:0",
    "--entrypoint=sh",
    await rig.docker("inspect", "--format={{.Config.Image}}", server),
  ];
  await rig.docker(
    "run",
    "--rm",
    `--volumes-from=${server}`,
    ...empty,
    "-c",
    "rm -rf /var/lib/postgresql/data/*",
  );
  await rig.docker("start", server);
  await rig.untilReady();
  const prepared = await rig.run(["archive", "prepare"]);
  expect(prepared.exitCode, prepared.said).toBe(0);
  const taken = await rig.run(["backup", "base"]);
  expect(taken.exitCode, taken.said).toBe(0);
  const { ranges = [], bases = [] } = (await places()).offsite ?? {};
  expect(bases.map(({ state }) => state)).toEqual(["good", "good"]);
  expect(ranges.map(({ to }) => to === null)).toEqual([false, true]);
  const args = ["backup", "restore", "--to", moment, "--into", "from_before"];
  const { exitCode, said } = await rig.run(args);
  expect(exitCode, said).toBe(0);
  expect(await rig.query("SELECT mark FROM marks", "from_before")).toEqual([{ mark: 1 }]);
});

test("a second is brought back from elsewhere where the first place has lost everything", async () => {
  await rig.rclone(["purge", "s3:app-backups/point-in-time/backup"]);
  const args = ["backup", "restore", "--to", moment, "--into", "from_elsewhere"];
  const { exitCode, said } = await rig.run(args);
  expect(exitCode, said).toBe(0);
  expect(await rig.query("SELECT mark FROM marks", "from_elsewhere")).toEqual([{ mark: 1 }]);
});
