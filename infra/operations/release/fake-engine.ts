import type { CallEngine, EngineReply } from "../../swarm/engine-call.ts";
import { configsEngine } from "./configs-engine.ts";
import type { GateContext } from "./gate-context.ts";
import type { LiveService } from "./live-services.ts";

type Spec = LiveService["Spec"];

/** A specification of a service that asks for something; for tests. */
export function exampleSpec(name: string, asked: string): Spec {
  return {
    Name: name,
    TaskTemplate: { ContainerSpec: { Env: [`SLIPWAY_SPEC=${asked}`] } },
    Mode: { Replicated: { Replicas: 1 } },
  };
}

/** An engine with services that run what they are told at once; for tests. */
export class FakeEngine {
  readonly configs = new Map<string, string>();
  readonly services = new Map<string, Spec>();
  readonly said: string[] = [];
  /** Names of services, in the order they were updated. */
  readonly updated: string[] = [];

  readonly call: CallEngine = async ({ method, path, body }) => {
    if (method === "POST") return this.#update(path, body as Spec);
    return this.#reply(200, path.startsWith("/services") ? this.#services() : this.#tasks());
  };

  /** What a gate of a release is given. */
  context<Spec>(key: string, spec: Spec, services: Readonly<Record<string, string>> = {}): GateContext<Spec> {
    const docker = configsEngine(this.configs);
    return {
      ...{ spec, docker, call: this.call, notes: { prefix: "shop", docker } },
      release: { prefix: "shop", stack: "local", key, attempt: 1, services },
      say: (line) => void this.said.push(line),
    };
  }

  #reply(status: number, body: unknown): EngineReply {
    return { status, body, now: Date.parse("2026-11-26T01:00:00Z") };
  }

  #services(): LiveService[] {
    return [...this.services].map(([ID, Spec]) => ({ ID, Version: { Index: 7 }, Spec }));
  }

  #tasks() {
    return [...this.services].map(([ServiceID, { TaskTemplate }]) => ({
      ...{
        ID: `task-of-${ServiceID}`,
        ServiceID,
        CreatedAt: "2026-11-26T01:00:01Z",
        DesiredState: "running",
      },
      ...{ Spec: TaskTemplate, Status: { State: "running" } },
    }));
  }

  #update(path: string, spec: Spec): EngineReply {
    const id = /^\/services\/([^/]+)\/update\?version=7&/.exec(path)?.[1] ?? "";
    if (!this.services.has(id)) return this.#reply(404, { message: `service ${id} not found` });
    this.services.set(id, spec);
    this.updated.push(id);
    return this.#reply(200, {});
  }
}
