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
 * machine. That the data is about to change is noted too, since until then nothing has; and that it is back, since from
 * then on the app writes again.
 */
export type PendingRollback = z.infer<typeof Pending> & { isRestoring: boolean; isRestored: boolean };

const beginName = (prefix: string) => `${prefix}-rollback-begun`;
const restoringName = (prefix: string) => `${prefix}-rollback-restoring`;
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
  const has = (name: string) => found.includes(name);
  return {
    ...Pending.parse(content),
    isRestoring: has(restoringName(prefix)),
    isRestored: has(restoredName(prefix)),
  };
}

/** Notes a rollback that begins. */
export async function notePending(
  prefix: string,
  { to, restorePoint, newest, replicas }: Omit<PendingRollback, "isRestoring" | "isRestored">,
  docker: Docker,
): Promise<void> {
  // What a kill has left of the rollback before would say of this one how far its data is.
  await forgetPending(prefix, docker);
  await write(prefix, beginName(prefix), { to, restorePoint, newest, replicas }, docker);
}

async function writeOnce(prefix: string, name: string, docker: Docker): Promise<void> {
  if (!(await names(prefix, docker)).includes(name)) await write(prefix, name, {}, docker);
}

/** Notes that the data is about to change. */
export async function noteRestoring(prefix: string, docker: Docker): Promise<void> {
  await writeOnce(prefix, restoringName(prefix), docker);
}

/** Notes that the data is back. */
export async function noteRestored(prefix: string, docker: Docker): Promise<void> {
  await writeOnce(prefix, restoredName(prefix), docker);
}

/** Forgets the rollback of a stack: it is done, or given up before anything was changed. */
export async function forgetPending(prefix: string, docker: Docker): Promise<void> {
  const found = await names(prefix, docker);
  // In this order: a kill between must not leave one that says that the data is still to come back.
  const all = [beginName, restoringName, restoredName].map((name) => name(prefix));
  const left = all.filter((name) => found.includes(name));
  if (left.length > 0) await docker(["config", "rm", ...left]);
}
