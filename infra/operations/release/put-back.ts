import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { CallEngine } from "../../swarm/engine-call.ts";
import { askedOf, type LiveService, liveServices, liveTasks, messageOf } from "./live-services.ts";
import type { ServiceSpecs } from "./notes.ts";

const POLL_MS = 500;
/** Seven services of two replicas take under a minute; each waits for health, a data service for its shutdown too. */
const SECONDS_MAX = 240;

/** The services that are not what they should be. One that is gone is not: only an `up` makes services. */
export function differing(
  services: ReadonlyMap<string, LiveService>,
  wanted: ServiceSpecs,
): { service: LiveService; spec: ServiceSpecs[string] }[] {
  return Object.entries(wanted).flatMap(([name, spec]) => {
    const service = services.get(name);
    return service && !isDeepStrictEqual(service.Spec, spec) ? [{ service, spec }] : [];
  });
}

async function update(call: CallEngine, { ID, Version, Spec }: LiveService, spec: object): Promise<void> {
  // The registry's password is the one that the service has.
  const path = `/services/${ID}/update?version=${Version.Index}&registryAuthFrom=spec`;
  const { status, body } = await call({ method: "POST", path, body: spec });
  if (status !== 200) throw new Error(`${Spec.Name} cannot be updated: ${messageOf(body) ?? status}`);
}

/**
 * Ends the containers that a service has over what it asks for. Swarm leaves some where an update meets a container that
 * has just ended by itself: both start one in its place. The next update, of nothing, ends them. Whoever waits for that
 * looks again, so a service that changes meanwhile is no fault.
 */
export async function endExtra(call: CallEngine, service: LiveService): Promise<void> {
  await update(call, service, service.Spec).catch(() => {});
}

/** Gives services the exact specifications that they once had. Returns the names of those that differed. */
export async function applySpecs(call: CallEngine, prefix: string, wanted: ServiceSpecs): Promise<string[]> {
  const changes = differing(await liveServices(call, prefix), wanted);
  for (const { service, spec } of changes) await update(call, service, spec);
  return changes.map(({ service }) => service.Spec.Name);
}

/** How many containers a service has over what it asks for, once its update is over; below zero it still waits for some. */
function surplusOf(service: LiveService, tasks: Awaited<ReturnType<typeof liveTasks>>): number {
  if (["updating", "rollback_started"].includes(service.UpdateStatus?.State ?? "")) return -1;
  const asked = askedOf(service.Spec.TaskTemplate.ContainerSpec);
  const running = tasks.filter(
    (task) =>
      task.ServiceID === service.ID &&
      task.DesiredState === "running" &&
      task.Status.State === "running" &&
      askedOf(task.Spec.ContainerSpec) === asked,
  );
  return running.length - (service.Spec.Mode.Replicated?.Replicas ?? 0);
}

/**
 * Puts services back to what they were, and waits until they run. Returns the names of those that were changed. Rejects
 * where they do not get healthy in time.
 */
export async function putBack(call: CallEngine, prefix: string, before: ServiceSpecs): Promise<string[]> {
  const changed = await applySpecs(call, prefix, before);
  const deadline = Date.now() + SECONDS_MAX * 1_000;
  for (;;) {
    const services = [...(await liveServices(call, prefix)).values()].filter(({ Spec }) => before[Spec.Name]);
    const tasks = await liveTasks(call, services);
    const unsettled = services.filter((service) => surplusOf(service, tasks) !== 0);
    for (const service of unsettled) if (surplusOf(service, tasks) > 0) await endExtra(call, service);
    const waiting = unsettled.map(({ Spec }) => Spec.Name);
    if (waiting.length === 0) return changed;
    if (Date.now() > deadline)
      throw new Error(`${waiting.join(", ")} did not get healthy within ${SECONDS_MAX} s of being put back`);
    await sleep(POLL_MS);
  }
}
