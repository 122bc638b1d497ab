import { isRunning, liveServices, liveTasks, specsOf } from "../../infra/operations/release/live-services.ts";
import { type RecordedNote, readNote } from "../../infra/operations/release/notes.ts";
import type { Docker } from "../../infra/swarm/docker-client.ts";
import { type CallEngine, engineAt } from "../../infra/swarm/engine-call.ts";
import { STACK_LABEL } from "../../infra/swarm/names.ts";
import { REGISTRY_NAME } from "../../infra/swarm/registry-address.ts";
import { OperatorError } from "../operator-error.ts";
import type { StackEngine } from "../stack-engine.ts";
import { type Difference, differences } from "./differences.ts";

export type Drift = { release: RecordedNote; differences: Difference[] };

type Service = Awaited<ReturnType<typeof liveServices>> extends Map<string, infer Found> ? Found : never;

/** Services that have fewer or more containers than they ask for. */
export async function replicaDifferences(
  call: CallEngine,
  services: readonly Service[],
): Promise<Difference[]> {
  const tasks = await liveTasks(call, services);
  return services.flatMap(({ ID, Spec }) => {
    const wanted = Spec.Mode.Replicated?.Replicas ?? 0;
    const own = tasks.filter((task) => task.ServiceID === ID && isRunning(task));
    if (own.length === wanted) return [];
    return [{ service: Spec.Name, what: "running containers", was: `${wanted}`, is: `${own.length}` }];
  });
}

/** Containers under the stack's label that no service has made. */
async function strangers(prefix: string, docker: Docker): Promise<Difference[]> {
  const format = '{{.Names}} {{.Label "com.docker.swarm.service.name"}}';
  const lines = await docker(["ps", "--filter", `label=${STACK_LABEL}=${prefix}`, "--format", format]);
  return lines
    .split("\n")
    .filter(Boolean)
    .map((line) => line.split(" ") as [string, string | undefined])
    .filter(([name, service]) => !service && name !== `${prefix}-${REGISTRY_NAME}`)
    .map(([name]) => ({ service: name, what: "container", was: undefined, is: "there" }));
}

/** Compares a stack's services with what its last release left. Throws an OperatorError where it has none. */
export async function readDrift({ stack, namePrefix, host, docker, env }: StackEngine): Promise<Drift> {
  const release = await readNote({ prefix: namePrefix, docker }, "recorded");
  if (!release)
    throw new OperatorError(
      `Stack ${stack} has no release to compare with: npx pulumi up --stack ${stack} makes one.`,
    );
  const call = engineAt(host, env);
  const live = await liveServices(call, namePrefix);
  const found = [
    differences(release.services, specsOf(live)),
    await replicaDifferences(call, [...live.values()]),
    await strangers(namePrefix, docker),
  ];
  return { release, differences: found.flat() };
}
