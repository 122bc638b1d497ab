import { z } from "zod";
import type { Docker } from "../../infra/swarm/docker-client.ts";
import { STACK_LABEL } from "../../infra/swarm/names.ts";

const Pending = z.strictObject({
  /** Id of the release that is gone back to. */
  to: z.string(),
  /** Id of the backup that the data goes back to; null where the data stays. */
  restorePoint: z.string().nullable(),
  /** The number of the newest release when it began. */
  newest: z.int(),
  /** Replicas of the services that are stopped meanwhile, by the services' names. */
  replicas: z.record(z.string(), z.int().min(0)),
});

/**
 * A rollback that has begun. It is noted on the stack itself, so that whoever comes after a kill finishes it, from any
 * machine; and that the data is back is noted too, since from then on the app writes again.
 */
export type PendingRollback = z.infer<typeof Pending> & { isRestored: boolean };

const beginName = (prefix: string) => `${prefix}-rollback-begun`;
const restoredName = (prefix: string) => `${prefix}-rollback-restored`;

async function names(prefix: string, docker: Docker): Promise<string[]> {
  const list = ["config", "ls", "--filter", `name=${prefix}-rollback-`, "--format", "{{.Name}}"];
  return (await docker(list)).split("\n").filter(Boolean);
}

async function write(prefix: string, name: string, content: object, docker: Docker): Promise<void> {
  const create = ["config", "create", "--label", `${STACK_LABEL}=${prefix}`, name, "-"];
  await docker(create, JSON.stringify(content));
}

/** The rollback of a stack that was begun and not finished. */
export async function readPending(prefix: string, docker: Docker): Promise<PendingRollback | undefined> {
  const found = await names(prefix, docker);
  if (!found.includes(beginName(prefix))) return undefined;
  const inspected = await docker(["config", "inspect", beginName(prefix)]);
  const [config] = JSON.parse(inspected) as [{ Spec: { Data: string } }];
  const content: unknown = JSON.parse(Buffer.from(config.Spec.Data, "base64").toString());
  return { ...Pending.parse(content), isRestored: found.includes(restoredName(prefix)) };
}

/** Notes a rollback that begins. */
export async function notePending(
  prefix: string,
  { to, restorePoint, newest, replicas }: PendingRollback,
  docker: Docker,
): Promise<void> {
  // One that a kill has left of the rollback before would say of this one that its data is back.
  if ((await names(prefix, docker)).includes(restoredName(prefix)))
    await docker(["config", "rm", restoredName(prefix)]);
  await write(prefix, beginName(prefix), { to, restorePoint, newest, replicas }, docker);
}

/** Notes that the data is back. */
export async function noteRestored(prefix: string, docker: Docker): Promise<void> {
  await write(prefix, restoredName(prefix), {}, docker);
}

/** Forgets the rollback of a stack: it is done, or given up before anything was changed. */
export async function forgetPending(prefix: string, docker: Docker): Promise<void> {
  const found = await names(prefix, docker);
  // In this order: a kill between must not leave one that says that the data is still to come back.
  const both = [beginName(prefix), restoredName(prefix)].filter((name) => found.includes(name));
  if (both.length > 0) await docker(["config", "rm", ...both]);
}
