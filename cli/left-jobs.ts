import type { Docker } from "../infra/swarm/docker-client.ts";
import { jobLabelFilter } from "../infra/swarm/job-command.ts";
import { STACK_LABEL } from "../infra/swarm/names.ts";
import type { StackEngine } from "./stack-engine.ts";

/** Whoever waits for a job's end has read its result by then. */
const READ_MS_MAX = 10 * 60_000;

const ENDED = new Set(["complete", "failed", "rejected", "shutdown", "orphaned"]);

function unlessGone(error: Error): string {
  if (/not found|no such|already in progress/i.test(error.message)) return "";
  throw error;
}

const lines = (text: string) => text.split("\n").filter(Boolean);

/** Removes a job with its containers, which Swarm keeps when their job is done; that there are none is no error. */
export async function removeJob(docker: Docker, name: string): Promise<void> {
  await docker(["service", "rm", name]).catch(unlessGone);
  const found = await docker(["container", "ls", "--all", "--quiet", "--filter", jobLabelFilter({ name })]);
  if (lines(found).length > 0)
    await docker(["container", "rm", "--force", ...lines(found)]).catch(unlessGone);
}

/** Whether a job has ended, and long ago. One that still runs is let be: somebody wanted it done. */
async function hasEndedLongAgo(docker: Docker, name: string): Promise<boolean> {
  const tasks = lines(await docker(["service", "ps", "--quiet", "--no-trunc", name]).catch(unlessGone));
  if (tasks.length === 0) return false;
  const asked = docker(["inspect", "--type", "task", "--format", "{{json .Status}}", ...tasks]);
  return lines(await asked.catch(unlessGone)).every((line) => {
    const { State, Timestamp } = JSON.parse(line) as { State: string; Timestamp: string };
    return ENDED.has(State) && Date.now() - Date.parse(Timestamp) > READ_MS_MAX;
  });
}

/** Removes jobs whose operator's machine went away before it could. */
export async function removeLeftJobs({ docker, namePrefix }: StackEngine): Promise<void> {
  const filter = `name=${namePrefix}-by-hand-`;
  const names = lines(await docker(["service", "ls", "--filter", filter, "--format", "{{.Name}}"]));
  for (const name of names) if (await hasEndedLongAgo(docker, name)) await removeJob(docker, name);
}

/** Ends and removes the jobs of a stack whose names, after the stack's own, begin so. */
export async function endJobs(
  { docker, namePrefix }: Pick<StackEngine, "docker" | "namePrefix">,
  start: string,
): Promise<void> {
  const filters = ["--filter", `label=${STACK_LABEL}=${namePrefix}`, "--filter", "mode=replicated-job"];
  const names = lines(await docker(["service", "ls", ...filters, "--format", "{{.Name}}"]));
  for (const name of names) if (name.startsWith(`${namePrefix}-${start}`)) await removeJob(docker, name);
}

/**
 * Removes every job of a stack that is taken down. One of an `up` that was killed is in no state, and keeps its
 * network from being removed.
 */
export function removeAllJobs(engine: Pick<StackEngine, "docker" | "namePrefix">): Promise<void> {
  return endJobs(engine, "");
}
