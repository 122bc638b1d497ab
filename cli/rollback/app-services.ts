import { setTimeout as sleep } from "node:timers/promises";
import { OperatorError } from "../operator-error.ts";
import type { StackEngine } from "../stack-engine.ts";

type Engine = Pick<StackEngine, "docker" | "namePrefix">;

/** A service of the engine's, as far as a rollback looks at it. */
type Service = {
  Spec: {
    Name: string;
    Mode: { Replicated?: { Replicas: number } };
    TaskTemplate: { ContainerSpec: { Env?: string[] } };
  };
};

/** How many replicas a service should have, and what it was asked to be. */
export type LiveService = { replicas: number; asked: string | undefined };

/** The services that write to the database: they stand still while it goes back. */
const WRITERS = ["backend", "worker"];
/** A worker gives its jobs back within 30 s. */
const STOP_MS_MAX = 120_000;
const POLL_MS = 500;

const lines = (text: string) => text.split("\n").filter(Boolean);

/** A stack's services by name. What each was asked to be stands in its containers' environment. */
export async function liveServices({ docker, namePrefix }: Engine): Promise<Map<string, LiveService>> {
  const list = ["service", "ls", "--filter", "mode=replicated", "--filter", `name=${namePrefix}-`, "--quiet"];
  const ids = lines(await docker(list));
  if (ids.length === 0) return new Map();
  const services = JSON.parse(await docker(["service", "inspect", ...ids])) as Service[];
  return new Map(
    services
      .filter(({ Spec }) => Spec.Name.startsWith(`${namePrefix}-`))
      .map(({ Spec: { Name, Mode, TaskTemplate } }) => {
        const line = TaskTemplate.ContainerSpec.Env?.find((each) => each.startsWith("SLIPWAY_SPEC="));
        const replicas = Mode.Replicated?.Replicas ?? 0;
        return [Name, { replicas, asked: line?.slice(line.indexOf("=") + 1) }];
      }),
  );
}

/** The replicas of the services that write, by name. */
export function writersOf(
  { namePrefix }: Pick<Engine, "namePrefix">,
  services: ReadonlyMap<string, LiveService>,
): Record<string, number> {
  const names = WRITERS.map((name) => `${namePrefix}-${name}`).filter((name) => services.has(name));
  return Object.fromEntries(names.map((name) => [name, services.get(name)?.replicas ?? 0]));
}

async function scale({ docker }: Engine, replicas: Readonly<Record<string, number>>): Promise<void> {
  const wanted = Object.entries(replicas).map(([name, count]) => `${name}=${count}`);
  if (wanted.length > 0) await docker(["service", "scale", "--detach", ...wanted]);
}

/** Stops the services and waits until none of their containers runs. */
export async function stopServices(engine: Engine, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await scale(engine, Object.fromEntries(names.map((name) => [name, 0])));
  const list = ["service", "ps", "--format", "{{.CurrentState}}", ...names];
  for (const until = Date.now() + STOP_MS_MAX; ; await sleep(POLL_MS)) {
    const states = lines(await engine.docker(list).catch(nothingFound));
    if (states.every((state) => /^(Shutdown|Complete|Failed|Rejected|Orphaned|Remove)/.test(state))) return;
    if (Date.now() > until)
      throw new OperatorError(`${names.join(" and ")} did not stop within ${STOP_MS_MAX / 1_000} s.`);
  }
}

function nothingFound(error: Error): string {
  if (/nothing found in stack|no such/i.test(error.message)) return "";
  throw error;
}

/** Starts again those of the services that stand still. */
export async function startServices(
  engine: Engine,
  replicas: Readonly<Record<string, number>>,
): Promise<void> {
  const live = await liveServices(engine);
  const still = Object.entries(replicas).filter(
    ([name, count]) => count > 0 && live.get(name)?.replicas === 0,
  );
  await scale(engine, Object.fromEntries(still));
}
