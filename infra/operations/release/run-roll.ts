import { setTimeout as sleep } from "node:timers/promises";
import { answered, patient } from "../../swarm/patient.ts";
import { engineTime, type GateContext, runGate } from "./gate-context.ts";
import { askedOf, type LiveService, liveServices, liveTasks } from "./live-services.ts";
import type { GateEvidence } from "./manifest.ts";
import { readNote } from "./notes.ts";
import { applySpecs, endExtra } from "./put-back.ts";
import { linesOf, refuse } from "./refuse.ts";
import { ROLL_SECONDS_MAX } from "./roll-seconds.ts";
import { type RollState, rollState } from "./roll-state.ts";

const POLL_MS = 500;

type Named = { name: string; service: LiveService | undefined; state: RollState };

/**
 * Gives services what they were asked to be where they were put back since, and the state does not know: the engine alone
 * has it, in the note of the refusal.
 */
async function askAgain({ call, notes, release }: GateContext<unknown>): Promise<void> {
  const refused = await readNote(notes, "refused");
  if (!refused) return;
  const wanted = Object.entries(refused.asked).filter(([name, spec]) => {
    const template = spec.TaskTemplate as { ContainerSpec?: { Env?: string[] } } | undefined;
    return askedOf(template?.ContainerSpec) === release.services[name];
  });
  await applySpecs(call, release.prefix, Object.fromEntries(wanted));
}

/** From when on a container that ends is the release's fault: now, where it was recorded and is only looked at again. */
async function sinceOf(context: GateContext<unknown>): Promise<number> {
  const begun = await readNote(context.notes, "begun");
  return begun?.startedAtMs ?? (await answered(() => engineTime(context)));
}

async function look({ call, release }: GateContext<unknown>, sinceMs: number): Promise<Named[]> {
  const live = await liveServices(call, release.prefix);
  const tasks = await liveTasks(call, [...live.values()]);
  return Object.entries(release.services).map(([name, asked]) => {
    const service = live.get(name);
    const own = tasks.filter(({ ServiceID }) => ServiceID === service?.ID);
    // People know a service by its name in the settings.
    const short = name.slice(release.prefix.length + 1);
    return { name: short, service, state: rollState(service, own, { asked, sinceMs }) };
  });
}

/** Refuses the release for the first service that has failed. */
export async function refuseFailed(
  context: GateContext<unknown>,
  gate: string,
  services: readonly Named[],
): Promise<void> {
  for (const { name, state } of services) {
    if (state.state !== "failed") continue;
    const lines = state.task ? { lines: await linesOf(context, state.task) } : {};
    await refuse(context, { gate, reason: `${name}: ${state.reason}`, ...lines });
  }
}

/** Looks once whether all services still are what they should be; refuses the release where one has ended. */
export async function refuseEnded(context: GateContext<unknown>, gate: string): Promise<void> {
  const sinceMs = await sinceOf(context);
  await refuseFailed(context, gate, await answered(() => look(context, sinceMs)));
}

/** Those that are not there yet, each with what is missing. */
function waitingOf(services: readonly Named[]): string[] {
  return services.flatMap(({ name, state }) => (state.state === "waiting" ? [`${name}: ${state.for}`] : []));
}

/** Has Swarm end what it runs twice; it would not by itself. */
async function endExtras({ call, say }: GateContext<unknown>, services: readonly Named[]): Promise<void> {
  for (const { name, service, state } of services) {
    if (state.state !== "waiting" || !state.hasExtra || !service) continue;
    say(`${name} has more containers than it asks for: the extra ones are ended`);
    await endExtra(call, service);
  }
}

/** Judges what was seen; has what runs twice ended. Returns what is waited for, in words; empty where nothing is. */
async function judge(context: GateContext<unknown>, services: readonly Named[]): Promise<string> {
  await refuseFailed(context, "roll", services);
  await endExtras(context, services);
  return waitingOf(services).join(", ");
}

type Wait = {
  /** When it began, as Date.now() tells it. */
  startedMs: number;
  secondsMax: number;
  isMeant(service: Named): boolean;
  /** Why the release is refused for those that are not there in time, given what is waited for. */
  late(waiting: string): string;
};

/** Waits until services are there. Refuses the release where one has failed, or is late. Returns them. */
async function untilThere(
  context: GateContext<unknown>,
  { startedMs, secondsMax, isMeant, late }: Wait,
): Promise<readonly Named[]> {
  const sinceMs = await sinceOf(context);
  const looks = patient(() => look(context, sinceMs));
  for (let shown = ""; ; await sleep(POLL_MS)) {
    const services = (await looks())?.filter(isMeant);
    const waiting = services ? await judge(context, services) : "the engine does not answer";
    if (services && waiting === "") return services;
    if ((Date.now() - startedMs) / 1_000 > secondsMax)
      await refuse(context, { gate: "roll", reason: late(waiting) });
    if (shown !== waiting) context.say(waiting);
    shown = waiting;
  }
}

/**
 * Judges one service for which somebody else waits, and has given up with an error. Refuses the release where it has
 * failed, or does not get there within the time of a roll. One that got there was only slow: the same `up` goes on.
 */
export async function refuseService(
  context: GateContext<unknown>,
  service: string,
  error: string,
  secondsMax = ROLL_SECONDS_MAX,
): Promise<void> {
  await untilThere(context, {
    ...{ startedMs: Date.now(), secondsMax },
    isMeant: ({ name }) => name === service,
    late: (waiting) => `${service}: ${error.trim()} (${waiting})`,
  });
  context.say(`${service} was slow, and is there now: the same up goes on.`);
}

/** Waits until every service of the stack runs exactly what it was asked to, and is healthy. */
export async function roll(context: GateContext<unknown>): Promise<GateEvidence> {
  const startedMs = Date.now();
  await askAgain(context);
  const services = await untilThere(context, {
    ...{ startedMs, secondsMax: ROLL_SECONDS_MAX },
    isMeant: () => true,
    late: (waiting) => `not done within ${ROLL_SECONDS_MAX} s: ${waiting}`,
  });
  const seconds = (Date.now() - startedMs) / 1_000;
  return { gate: "roll", seconds, figures: { services: services.length } };
}

if (import.meta.main) await runGate(roll);
