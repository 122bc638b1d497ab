import { expect, test } from "vitest";
import { isLockGone } from "../../infra/operations/release/gate-context.ts";
import type { CallEngine } from "../../infra/swarm/engine-call.ts";
import { beat, createLock, readHeld, takeAgain } from "./deploy-lock.ts";

const holder = { owner: "ada", host: "laptop", pid: 77, command: "pulumi up" };

type Config = { ID: string; Version: { Index: number }; Spec: { Labels: Record<string, string> } };

/** An engine as far as a lock needs one: one swarm, and its configs. */
function swarm(id: string): CallEngine & { configs: Map<string, Config> } {
  const configs = new Map<string, Config>();
  const call: CallEngine = async ({ path, body }) => {
    const url = new URL(path, "http://engine");
    const reply = (status: number, answer?: unknown) => ({ status, body: answer, now: 0 });
    if (path === "/swarm") return reply(200, { ID: id });
    if (path === "/configs/create") {
      if (configs.size > 0) return reply(409);
      configs.set(`${id}-lock`, { ID: `${id}-lock`, Version: { Index: 1 }, Spec: body as Config["Spec"] });
      return reply(201, { ID: `${id}-lock` });
    }
    if (url.pathname === "/configs") {
      const { label } = JSON.parse(url.searchParams.get("filters") ?? "") as { label: [string] };
      const [name = "", value] = label[0].split("=");
      return reply(
        200,
        [...configs.values()].filter((config) => config.Spec.Labels[name] === value),
      );
    }
    const config = configs.get(path.split("/")[2] ?? "");
    return config ? reply(200, config) : reply(404);
  };
  return Object.assign(call, { configs });
}

async function heldIn(call: CallEngine) {
  const id = (await createLock(call, "shop", holder)) ?? "";
  const held = await readHeld(call, id);
  if (!held) throw new Error("no lock");
  return held;
}

test("a lock that went with its machine is taken again in the swarm that answers in its place", async () => {
  const held = await heldIn(swarm("old"));
  const made = swarm("new");
  expect(await beat(made, held.id)).toBe(false);
  const again = await takeAgain(made, held);
  expect(again).toEqual({ ...held, id: "new-lock", swarm: "new" });
  expect(await beat(made, "new-lock")).toBe(true);
});

test("a gate that works under the lock goes on under the one in its place, and under none it ends", async () => {
  const old = swarm("old");
  const held = await heldIn(old);
  expect(await isLockGone(old, held.id)).toBe(false);
  const made = swarm("new");
  expect(await isLockGone(made, held.id)).toBe(true);
  await createLock(made, "shop", holder);
  expect(await isLockGone(made, held.id)).toBe(true);
  made.configs.clear();
  await takeAgain(made, held);
  expect(await isLockGone(made, held.id)).toBe(false);
});

test("a lock that somebody has broken is not taken again", async () => {
  const call = swarm("old");
  const held = await heldIn(call);
  call.configs.clear();
  expect(await takeAgain(call, held)).toBeUndefined();
  expect(call.configs.size).toBe(0);
  expect(await readHeld(call, held.id)).toBeUndefined();
});

test("where somebody else was faster in the new swarm, the lock is theirs", async () => {
  const held = await heldIn(swarm("old"));
  const made = swarm("new");
  await createLock(made, "shop", { ...holder, owner: "grace" });
  expect(await takeAgain(made, held)).toBeUndefined();
});
