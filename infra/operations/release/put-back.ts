import { setTimeout as sleep } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import type { CallEngine, EngineReply } from "../../swarm/engine-call.ts";
import { answered, patient } from "../../swarm/patient.ts";
import { askedOf, isRunning, type LiveService, liveServices, liveTasks, messageOf } from "./live-services.ts";
import type { ServiceSpecs } from "./notes.ts";
import { ROLL_SECONDS_MAX } from "./roll-seconds.ts";

const POLL_MS = 500;
/** Swarm changes a service by itself a few times in an update, and whoever asks at that moment asks again. */
const TRIES_MAX = 20;
const TRY_MS = 100;

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

async function update(call: CallEngine, { ID, Version }: LiveService, spec: object): Promise<EngineReply> {
  // The registry's password is the one that the service has.
  const path = `/services/${ID}/update?version=${Version.Index}&registryAuthFrom=spec`;
  return call({ method: "POST", path, body: spec });
}

/** The service as it is now; as it was known where it cannot be read. */
async function anew(call: CallEngine, known: LiveService): Promise<LiveService> {
  const { status, body } = await call({ method: "GET", path: `/services/${known.ID}` });
  return status === 200 ? (body as LiveService) : known;
}

/** Gives a service a specification, whatever Swarm itself changes about it meanwhile. */
async function give(call: CallEngine, known: LiveService, spec: object): Promise<void> {
  let service = known;
  const ask = patient(() => update(call, service, spec));
  for (let tries = 1; ; tries += 1) {
    const reply = await ask();
    if (reply?.status === 200) return;
    const reason = reply ? (messageOf(reply.body) ?? `${reply.status}`) : "the engine does not answer";
    if ((reply && !reason.includes("update out of sequence")) || tries === TRIES_MAX)
      throw new Error(`${service.Spec.Name} cannot be updated: ${reason}`);
    await sleep(TRY_MS);
    service = await answered(() => anew(call, service));
    // Its answer alone was lost.
    if (isDeepStrictEqual(service.Spec, spec)) return;
  }
}

/**
 * Ends the containers that a service has over what it asks for. Swarm leaves some where an update meets a container that
 * has just ended by itself: both start one in its place. The next update, of nothing, ends them. Whoever waits for that
 * looks again, so a service that changes meanwhile is no fault.
 */
export async function endExtra(call: CallEngine, service: LiveService): Promise<void> {
  await update(call, service, service.Spec).catch(() => {});
}

/**
 * Gives services the exact specifications that they once had. Returns the names of those that differed. One that cannot
 * be updated keeps none of the others from it; then it rejects.
 */
export async function applySpecs(call: CallEngine, prefix: string, wanted: ServiceSpecs): Promise<string[]> {
  const changes = differing(await answered(() => liveServices(call, prefix)), wanted);
  const faults: string[] = [];
  for (const { service, spec } of changes)
    await give(call, service, spec).catch((error: Error) => faults.push(error.message));
  if (faults.length > 0) throw new Error(faults.join("; "));
  return changes.map(({ service }) => service.Spec.Name);
}

/** How many containers a service has over what it asks for, once its update is over; below zero it still waits for some. */
function surplusOf(service: LiveService, tasks: Awaited<ReturnType<typeof liveTasks>>): number {
  if (["updating", "rollback_started"].includes(service.UpdateStatus?.State ?? "")) return -1;
  const asked = askedOf(service.Spec.TaskTemplate.ContainerSpec);
  const running = tasks.filter(
    (task) => task.ServiceID === service.ID && isRunning(task) && askedOf(task.Spec.ContainerSpec) === asked,
  );
  return running.length - (service.Spec.Mode.Replicated?.Replicas ?? 0);
}

/** Services that are not yet what they should be, or have more containers than that. */
async function unsettledOf(call: CallEngine, prefix: string, wanted: ServiceSpecs) {
  const services = [...(await liveServices(call, prefix)).values()].filter(({ Spec }) => wanted[Spec.Name]);
  const tasks = await liveTasks(call, services);
  return services
    .map((service) => ({ service, surplus: surplusOf(service, tasks) }))
    .filter(({ surplus }) => surplus !== 0);
}

/**
 * Puts services back to what they were, and waits until they run. Returns the names of those that were changed. Rejects
 * where they do not get healthy in time.
 */
export async function putBack(call: CallEngine, prefix: string, before: ServiceSpecs): Promise<string[]> {
  const changed = await applySpecs(call, prefix, before);
  const deadline = Date.now() + ROLL_SECONDS_MAX * 1_000;
  const look = patient(() => unsettledOf(call, prefix, before));
  for (let waiting = changed; ; await sleep(POLL_MS)) {
    const unsettled = await look();
    for (const { service, surplus } of unsettled ?? []) if (surplus > 0) await endExtra(call, service);
    waiting = unsettled?.map(({ service }) => service.Spec.Name) ?? waiting;
    if (unsettled?.length === 0) return changed;
    if (Date.now() > deadline)
      throw new Error(
        `${waiting.join(", ")} did not get healthy within ${ROLL_SECONDS_MAX} s of being put back`,
      );
  }
}
