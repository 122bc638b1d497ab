import type { CallEngine } from "../../swarm/engine-call.ts";
import { STACK_LABEL } from "../../swarm/names.ts";
import type { ServiceSpecs } from "./notes.ts";

type ContainerSpec = { Env?: string[]; Image?: string };

/** A service as the engine has it. */
export type LiveService = {
  ID: string;
  Version: { Index: number };
  Spec: ServiceSpecs[string] & {
    TaskTemplate: { ContainerSpec?: ContainerSpec };
    Mode: { Replicated?: { Replicas: number } };
  };
  UpdateStatus?: { State: string; Message?: string };
};

/** One container of a service, past ones too as long as the engine remembers them. */
export type LiveTask = {
  ID: string;
  ServiceID: string;
  CreatedAt: string;
  DesiredState: string;
  Spec: { ContainerSpec?: ContainerSpec };
  Status: { State: string; Err?: string; Message?: string };
};

/** Whether a container runs, and is to go on: one that was replaced runs until it has ended. */
export function isRunning({ DesiredState, Status }: LiveTask): boolean {
  return DesiredState === "running" && Status.State === "running";
}

const SPEC = /^SLIPWAY_SPEC=(.*)$/;

/** What a container or a service was asked to be; undefined where that was not said. */
export function askedOf(spec: ContainerSpec | undefined): string | undefined {
  return spec?.Env?.map((line) => SPEC.exec(line)?.[1]).find((found) => found !== undefined);
}

async function list<Item>(call: CallEngine, kind: "services" | "tasks", filters: object): Promise<Item[]> {
  const query = encodeURIComponent(JSON.stringify(filters));
  const { status, body } = await call({ method: "GET", path: `/${kind}?filters=${query}` });
  if (status !== 200) throw new Error(`The engine does not tell its ${kind}: ${messageOf(body) ?? status}`);
  return body as Item[];
}

export function messageOf(body: unknown): string | undefined {
  return (body as { message?: string } | undefined)?.message;
}

/** A stack's services, by name. Its jobs are none. */
export async function liveServices(call: CallEngine, prefix: string): Promise<Map<string, LiveService>> {
  const services = await list<LiveService>(call, "services", { label: [`${STACK_LABEL}=${prefix}`] });
  return new Map(
    services.filter(({ Spec }) => Spec.Mode.Replicated).map((service) => [service.Spec.Name, service]),
  );
}

/** All tasks of services, the newest first. */
export async function liveTasks(call: CallEngine, services: readonly LiveService[]): Promise<LiveTask[]> {
  if (services.length === 0) return [];
  const tasks = await list<LiveTask>(call, "tasks", { service: services.map(({ ID }) => ID) });
  return tasks.sort((a, b) => (a.CreatedAt < b.CreatedAt ? 1 : -1));
}

/** Specifications by name. */
export function specsOf(services: ReadonlyMap<string, LiveService>): ServiceSpecs {
  return Object.fromEntries([...services].map(([name, { Spec }]) => [name, Spec]));
}
