import type { CallEngine, EngineReply } from "../../infra/swarm/engine-call.ts";
import { LOCK_BEFORE_LABEL, STACK_LABEL } from "../../infra/swarm/names.ts";

/** Who changes a stack, as everybody who waits for it is told. */
export type Holder = {
  /** A person, as their machine knows them. */
  owner: string;
  host: string;
  /** The process on that host that the lock is for. */
  pid: number;
  /** What it runs, such as `pulumi up`. */
  command: string;
};

/** A stack's deploy lock as its engine has it. */
export type DeployLock = {
  id: string;
  holder: Holder;
  /** By the engine's clock, as all times here: no operator's clock matters. */
  startedAt: Date;
  /** Since the holder was last heard. */
  silentMs: number;
};

type Config = {
  ID: string;
  Version: { Index: number };
  CreatedAt: string;
  UpdatedAt: string;
  Spec: { Name: string; Labels: Record<string, string>; Data: string };
};

const BEAT_LABEL = "slipway.lock-beat";

/** The one name of a stack's lock: the swarm refuses a second config of a name, so that one alone can make it. */
export function lockName(namePrefix: string): string {
  return `${namePrefix}-deploy-lock`;
}

function refused(what: string, { status, body }: EngineReply): Error {
  const reason = (body as { message?: string } | undefined)?.message ?? `status ${status}`;
  return new Error(`The deploy lock cannot be ${what}: ${reason}`);
}

async function findConfig(call: CallEngine, name: string): Promise<{ config?: Config; now: number }> {
  const filters = encodeURIComponent(JSON.stringify({ name: [name] }));
  const reply = await call({ method: "GET", path: `/configs?filters=${filters}` });
  if (reply.status !== 200) throw refused("read", reply);
  // The engine's filter takes a name for the start of one.
  const config = (reply.body as Config[]).find(({ Spec }) => Spec.Name === name);
  return { ...(config ? { config } : {}), now: reply.now };
}

/** Makes the lock, and so takes it. Returns its id; undefined where somebody has it. */
export async function createLock(
  call: CallEngine,
  namePrefix: string,
  holder: Holder,
  labels: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  const body = {
    Name: lockName(namePrefix),
    Labels: { [STACK_LABEL]: namePrefix, [BEAT_LABEL]: "0", ...labels },
    Data: Buffer.from(JSON.stringify(holder)).toString("base64"),
  };
  const reply = await call({ method: "POST", path: "/configs/create", body });
  if (reply.status === 409) return undefined;
  if (reply.status !== 201) throw refused("taken", reply);
  return (reply.body as { ID: string }).ID;
}

/** The lock that a stack has now; undefined where nobody changes it. */
export async function readLock(call: CallEngine, namePrefix: string): Promise<DeployLock | undefined> {
  const { config, now } = await findConfig(call, lockName(namePrefix));
  if (!config) return undefined;
  return {
    id: config.ID,
    holder: JSON.parse(Buffer.from(config.Spec.Data, "base64").toString()) as Holder,
    startedAt: new Date(config.CreatedAt),
    // The header that tells the engine's time has whole seconds.
    silentMs: Math.max(0, now - Date.parse(config.UpdatedAt)),
  };
}

/** Shows that the holder is alive. False where the lock is gone: somebody has broken it. */
export async function beat(call: CallEngine, id: string): Promise<boolean> {
  const read = await call({ method: "GET", path: `/configs/${id}` });
  if (read.status === 404) return false;
  if (read.status !== 200) throw refused("renewed", read);
  const { Spec, Version } = read.body as Config;
  const beats = Number(Spec.Labels[BEAT_LABEL]) + 1;
  const body = { ...Spec, Labels: { ...Spec.Labels, [BEAT_LABEL]: `${beats}` } };
  const reply = await call({ method: "POST", path: `/configs/${id}/update?version=${Version.Index}`, body });
  if (reply.status === 404) return false;
  if (reply.status !== 200) throw refused("renewed", reply);
  return true;
}

/** Gives a lock back, or breaks it. By its id: a lock that somebody has taken since then stays. */
export async function removeLock(call: CallEngine, id: string): Promise<void> {
  const reply = await call({ method: "DELETE", path: `/configs/${id}` });
  if (reply.status !== 204 && reply.status !== 404) throw refused("given back", reply);
}

/** A lock that is held, and the swarm that it is in. */
export type HeldLock = {
  id: string;
  /** As the run knows it that works under it. */
  firstId: string;
  swarm: string;
  namePrefix: string;
  holder: Holder;
};

async function swarmOf(call: CallEngine): Promise<string> {
  const reply = await call({ method: "GET", path: "/swarm" });
  if (reply.status !== 200) throw refused("looked for", reply);
  return (reply.body as { ID: string }).ID;
}

/** What there is to know of a lock by its id; undefined where it is gone. */
export async function readHeld(call: CallEngine, id: string): Promise<HeldLock | undefined> {
  const reply = await call({ method: "GET", path: `/configs/${id}` });
  if (reply.status === 404) return undefined;
  if (reply.status !== 200) throw refused("read", reply);
  const { Spec } = reply.body as Config;
  const holder = JSON.parse(Buffer.from(Spec.Data, "base64").toString()) as Holder;
  return { id, firstId: id, holder, namePrefix: Spec.Labels[STACK_LABEL] ?? "", swarm: await swarmOf(call) };
}

/**
 * Takes a lock again that went with its machine: at the same address there is another swarm now. Undefined where it is
 * the same swarm, so that somebody has broken the lock, or where somebody else was faster.
 */
export async function takeAgain(call: CallEngine, held: HeldLock): Promise<HeldLock | undefined> {
  const swarm = await swarmOf(call);
  if (swarm === held.swarm) return undefined;
  const labels = { [LOCK_BEFORE_LABEL]: held.firstId };
  const id = await createLock(call, held.namePrefix, held.holder, labels);
  return id === undefined ? undefined : { ...held, id, swarm };
}
