import { type CallEngine, EngineAway, type EngineReply } from "../../swarm/engine-call.ts";
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
  /** So many times Swarm changes a service by itself just before somebody else does. */
  changesBetween = 0;
  /** The answer to every third call is lost. */
  isFlaky = false;
  /** Services that cannot be updated. */
  readonly stuck = new Set<string>();
  #version = 7;
  #calls = 0;

  readonly call: CallEngine = async ({ method, path, body }) => {
    this.#calls += 1;
    const isLost = this.isFlaky && this.#calls % 3 === 1;
    const reply = method === "POST" ? this.#update(path, body as Spec) : this.#told(path);
    if (isLost) throw new EngineAway("No Docker engine answers.");
    return reply;
  };

  #told(path: string): EngineReply {
    const services = this.#services();
    const one = path.startsWith("/services/") && services.find(({ ID }) => path.endsWith(ID));
    return this.#reply(200, one || (path.startsWith("/services") ? services : this.#tasks()));
  }

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
    return [...this.services].map(([ID, Spec]) => ({ ID, Version: { Index: this.#version }, Spec }));
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
    const [, id = "", version] = /^\/services\/([^/]+)\/update\?version=(\d+)&/.exec(path) ?? [];
    if (!this.services.has(id)) return this.#reply(404, { message: `service ${id} not found` });
    if (this.stuck.has(id)) return this.#reply(500, { message: "no such network" });
    if (this.changesBetween > 0) {
      this.changesBetween -= 1;
      this.#version += 1;
    }
    if (Number(version) !== this.#version)
      return this.#reply(500, { message: "rpc error: code = Unknown desc = update out of sequence" });
    this.services.set(id, spec);
    this.updated.push(id);
    return this.#reply(200, {});
  }
}
