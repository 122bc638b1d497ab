import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { LOCAL_ENGINE } from "../../infra/swarm/engine-api.ts";
import { EngineAway, engineAt } from "../../infra/swarm/engine-call.ts";
import { acquireLock } from "./acquire-lock.ts";
import { beat, createLock, readLock, removeLock } from "./deploy-lock.ts";
import { SILENT_MS, STALE_MS } from "./describe-lock.ts";
import { noteHolder } from "./lock-holders.ts";

const host = process.env.DOCKER_HOST || LOCAL_ENGINE;
const call = engineAt(host);
const namePrefix = `slipway-test-${randomUUID().slice(0, 8)}`;
const holder = (pid = process.pid) => ({ owner: "ada", host: "here", pid, command: "pulumi up" });
const acquire = (more: Partial<Parameters<typeof acquireLock>[0]> = {}) =>
  acquireLock({
    ...{ call, namePrefix, stack: "local", holder: holder(), isRunning: () => true, say: () => {} },
    ...more,
  });

afterEach(async () => {
  const left = await readLock(call, namePrefix);
  if (left) await removeLock(call, left.id);
});

async function goneWithin(ms: number): Promise<boolean> {
  for (const until = Date.now() + ms; Date.now() < until; await wait(100)) {
    if (!(await readLock(call, namePrefix))) return true;
  }
  return false;
}

test("of many that want the lock at once, one at a time has it", async () => {
  let inside = 0;
  let most = 0;
  const turns = Array.from({ length: 12 }, async () => {
    const id = await acquire({ pause: () => wait(10) });
    inside += 1;
    most = Math.max(most, inside);
    await wait(5);
    inside -= 1;
    await removeLock(call, id);
  });
  await Promise.all(turns);
  expect(most).toBe(1);
});

test("who waits is told once who holds it, and goes on when it is given back", async () => {
  const id = (await createLock(call, namePrefix, { ...holder(), owner: "grace", host: "there" })) ?? "";
  const said: string[] = [];
  let polls = 0;
  const second = acquire({
    say: (line) => said.push(line),
    pause: async () => {
      polls += 1;
      if (polls === 3) await removeLock(call, id);
    },
  });
  expect(await second).not.toBe(id);
  expect(said).toEqual([
    expect.stringMatching(/^Waiting for .*local: grace on there \(process \d+: pulumi up\) since/),
  ]);
});

/** The engine as it would answer so much later. */
const later =
  (ms: number): typeof call =>
  async (asked) => {
    const reply = await call(asked);
    return { ...reply, now: reply.now + ms };
  };

test("a lock that nobody renews is explained, changed by nothing, and can be broken", async () => {
  const id = await createLock(call, namePrefix, { ...holder(), host: "there" });
  await expect(acquire({ call: later(STALE_MS) })).rejects.toThrow(
    /lock --stack local --break.*Nothing was changed/s,
  );
  expect((await readLock(call, namePrefix))?.id).toBe(id);
});

test("a killed run of this host is taken over; its late heartbeat and its late return change nothing", async () => {
  const killed = (await createLock(call, namePrefix, holder())) ?? "";
  const taken = await acquire({ call: later(SILENT_MS), isRunning: () => false });
  expect(await beat(call, killed)).toBe(false);
  await removeLock(call, killed);
  expect((await readLock(call, namePrefix))?.id).toBe(taken);
});

test("a heartbeat is seen by everybody, by the engine's own clock", async () => {
  const id = (await createLock(call, namePrefix, holder())) ?? "";
  const read = async () => readLock(later(60_000), namePrefix);
  const before = (await read())?.silentMs ?? 0;
  await wait(1_500);
  expect(await beat(call, id)).toBe(true);
  expect((await read())?.silentMs).toBeLessThan(before + 1_400);
});

test("the keeper holds the lock while the run lives, and gives it back when it is killed", async () => {
  const run = spawn("sleep", ["60"]);
  const root = mkdtempSync(join(tmpdir(), "slipway-lock-"));
  const id = (await createLock(call, namePrefix, holder(run.pid))) ?? "";
  noteHolder(root, id, run.pid ?? 0);
  const keeper = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), root, host, id]);
  await wait(7_000);
  expect((await readLock(call, namePrefix))?.silentMs).toBeLessThan(5_000);
  run.kill("SIGKILL");
  expect(await goneWithin(5_000)).toBe(true);
  if (keeper.exitCode === null) await new Promise((resolve) => keeper.once("exit", resolve));
  expect(existsSync(join(root, ".slipway/locks")) && readdirSync(join(root, ".slipway/locks"))).toEqual([]);
});

test("a run whose lock is broken is interrupted", async () => {
  const run = spawn("sleep", ["60"]);
  const root = mkdtempSync(join(tmpdir(), "slipway-lock-"));
  const id = (await createLock(call, namePrefix, holder(run.pid))) ?? "";
  noteHolder(root, id, run.pid ?? 0);
  spawn(process.execPath, [join(import.meta.dirname, "main.ts"), root, host, id]);
  await removeLock(call, id);
  const signal = await new Promise((resolve) => run.once("exit", (_code, name) => resolve(name)));
  expect(signal).toBe("SIGINT");
});

test("an engine that Node cannot reach by itself is called through Docker's own client", async () => {
  const proxy = createServer((client) => {
    const engine = connect(new URL(host).pathname);
    client.pipe(engine).pipe(client);
    engine.on("error", () => client.destroy());
    client.on("error", () => engine.destroy());
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as { port: number };
  const byClient = engineAt(`tcp://127.0.0.1:${port}`);
  const id = (await createLock(byClient, namePrefix, holder())) ?? "";
  expect(await beat(byClient, id)).toBe(true);
  proxy.close();
  expect((await readLock(call, namePrefix))?.id).toBe(id);
  await expect(byClient({ method: "GET", path: "/swarm" })).rejects.toThrow(EngineAway);
});
