import { createServer } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../settings/config-error.ts";
import { type AskEngine, engineAt } from "./engine-api.ts";
import { nameIn, type Scope, STACK_LABEL } from "./names.ts";
import { REGISTRY_NAME } from "./registry-address.ts";

/** A port that the stack will listen on, and the setting that chose it. */
export type WantedPort = { setting: string; port: number };

export type EngineCheckArgs = {
  /** As in DOCKER_HOST. */
  host: string;
  scope: Scope;
  /** Name of the settings file, for the messages. */
  file: string;
  ports: readonly WantedPort[];
};

/** Whether something on this machine listens on a TCP port of any address. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(true));
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(false)));
  });
}

/** Why the engine cannot run a stack, and what to do; undefined when it can. */
async function engineFault(ask: AskEngine, host: string): Promise<string | undefined> {
  try {
    const { status, body } = await ask("/swarm");
    if (status === 200) return undefined;
    const reason = (body as { message?: string }).message?.split(". ")[0] ?? JSON.stringify(body);
    return `The Docker engine at ${host} leads no swarm (${reason}): run "npm run up", or "docker swarm init --advertise-addr 127.0.0.1".`;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    return `No Docker engine answers at ${host} (${reason}): start it ("npm run up" does), or set DOCKER_HOST to another.`;
  }
}

type EngineContainer = { Names: string[]; State: string; Ports: { PublicPort?: number }[] };

/** The stack's own containers, stopped ones included. */
async function ownContainers(ask: AskEngine, { prefix }: Scope): Promise<EngineContainer[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${STACK_LABEL}=${prefix}`] }));
  const { body } = await ask(`/containers/json?all=1&filters=${filters}`);
  return body as EngineContainer[];
}

async function portFaults(own: EngineContainer[], { file, ports }: EngineCheckArgs): Promise<string[]> {
  const taken = await Promise.all(ports.map(({ port }) => isTaken(port)));
  const ownPorts = new Set(own.flatMap(({ Ports }) => Ports.map(({ PublicPort }) => PublicPort)));
  return ports
    .filter(({ port }, index) => taken[index] && !ownPorts.has(port))
    .map(
      ({ setting, port }) =>
        `${file}: ${setting}: port ${port} is taken by another program: end it, or choose a free port`,
    );
}

/** What is wrong with the stack's registry, if it should be there: nothing can be pushed to or pulled from it. */
function registryFault(
  own: EngineContainer[],
  scope: Scope,
  stack: string,
): { fault?: string; warning?: string } {
  const name = nameIn(scope, REGISTRY_NAME);
  const registry = own.find(({ Names }) => Names.includes(`/${name}`));
  if (registry && !["running", "restarting"].includes(registry.State)) {
    return { fault: `The stack's registry does not run (${registry.State}): "docker start ${name}".` };
  }
  if (registry || own.length === 0) return {};
  const repair = `"npx pulumi refresh --yes --stack ${stack}"`;
  return { warning: `The stack's registry ${name} is gone: ${repair} lets the next up make it again.` };
}

/** What is wrong with an engine, and what will be mended by itself or at the operator's word. */
export type EngineFindings = { faults: readonly string[]; warnings: readonly string[] };

/**
 * Looks whether the engine answers and leads a swarm, whether a registry that it has runs, and, where it is this
 * machine's, whether another program has the stack's ports. Changes nothing. An engine that only Docker's own client
 * can reach (ssh, TLS) is left to the provider to report.
 */
export async function findEngineFaults(args: EngineCheckArgs, stack: string): Promise<EngineFindings> {
  const ask = engineAt(args.host);
  if (!ask) return { faults: [], warnings: [] };
  const fault = await engineFault(ask, args.host);
  if (fault) return { faults: [fault], warnings: [] };
  const own = await ownContainers(ask, args.scope);
  const registry = registryFault(own, args.scope, stack);
  const taken = args.host.startsWith("unix:") ? await portFaults(own, args) : [];
  return {
    faults: [...(registry.fault ? [registry.fault] : []), ...taken],
    warnings: registry.warning ? [registry.warning] : [],
  };
}

/** Makes sure, before anything is made, that the engine can run the stack. Throws a ConfigError that says what to do. */
export async function checkEngine(args: EngineCheckArgs): Promise<void> {
  const { faults, warnings } = await findEngineFaults(args, pulumi.getStack());
  for (const warning of warnings) await pulumi.log.warn(warning);
  if (faults.length > 0) throw new ConfigError(faults);
}
