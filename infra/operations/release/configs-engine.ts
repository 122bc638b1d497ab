import type { Docker } from "../../swarm/docker-client.ts";

/** Docker's client for an engine that knows configs alone; for tests. */
export function configsEngine(configs: Map<string, string>): Docker {
  return async ([, verb, ...args], input = "") => {
    if (verb === "ls") return [...configs.keys()].join("\n");
    if (verb === "rm") for (const name of args) configs.delete(name);
    if (verb === "create") {
      const name = args.at(-2) as string;
      if (configs.has(name)) throw new Error(`config ${name} already exists`);
      configs.set(name, input);
    }
    if (verb !== "inspect") return "";
    const found = args.map((Name) => ({
      Spec: { Name, Data: Buffer.from(configs.get(Name) ?? "").toString("base64") },
    }));
    // In an order of its own.
    return JSON.stringify(found.reverse());
  };
}
