import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { hasInstance } from "./lock/lock-target.ts";
import { OperatorError } from "./operator-error.ts";
import { ownRegistry } from "./prune/prune-images.ts";
import { type RegistryTag, tagsIn } from "./prune/registry-tags.ts";
import type { StackEngine } from "./stack-engine.ts";

const ASK_MS_MAX = 5_000;
const MANIFESTS = ["vnd.docker.distribution.manifest", "vnd.docker.distribution.manifest.list"]
  .map((kind) => `application/${kind}.v2+json`)
  .concat("application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json");

/** What a registry at a port of this machine answers; undefined where none does. */
async function statusAt(port: number, path: string): Promise<number | undefined> {
  const request = {
    ...{ method: "HEAD", headers: { accept: MANIFESTS.join(", ") } },
    signal: AbortSignal.timeout(ASK_MS_MAX),
  };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, request).catch(() => undefined);
  const isRegistry = response?.headers.get("docker-distribution-api-version")?.startsWith("registry/");
  return isRegistry ? response?.status : undefined;
}

/** The port of a stack's registry, by its settings. */
function registryPort(root: string, stack: string): number | undefined {
  const file = join(root, `Pulumi.${stack}.yaml`);
  if (!existsSync(file)) return undefined;
  const { config } = (parse(readFileSync(file, "utf8")) ?? {}) as { config?: Record<string, unknown> };
  const port = (config?.["slipway:registry"] as { port?: unknown } | undefined)?.port;
  return typeof port === "number" ? port : undefined;
}

/** What the stack's own registry has; undefined where it has none, or none yet. */
async function tagsOf(engine: StackEngine | undefined): Promise<readonly RegistryTag[] | undefined> {
  const registry = engine && (await ownRegistry(engine.namePrefix, engine.docker));
  return registry && tagsIn(registry.container, engine.docker);
}

/** Whether a registry at a port of this machine lacks any of what a registry of one's own has. */
async function lacksAny(port: number, own: readonly RegistryTag[]): Promise<boolean> {
  const asked = own.map(({ repository, digest }) => statusAt(port, `/v2/${repository}/manifests/${digest}`));
  return (await Promise.all(asked)).includes(404);
}

/**
 * Refuses an `up` of a stack on machines elsewhere where another stack's registry is at the port of this machine at which
 * its own is to be reached. Another checkout's way to the same registry is as good as one of its own, and has all that
 * the own one has; another stack's may have some of it, as base images. `engine` is undefined for a stack that has none
 * yet.
 */
export async function refuseOthersRegistry(
  { root, stack }: { root: string; stack: string },
  engine: StackEngine | undefined,
  readState: () => Promise<string>,
): Promise<void> {
  const port = registryPort(root, stack);
  if (port === undefined || (await statusAt(port, "/v2/")) === undefined) return;
  // A machine that is half made may have one already, and nothing tells what is in it.
  if (!engine && hasInstance(await readState())) return;
  const own = await tagsOf(engine);
  // One that has nothing yet cannot be told from another.
  if (own && !(await lacksAny(port, own))) return;
  throw new OperatorError(
    `Pulumi.${stack}.yaml: registry/port: at port ${port} of this machine is another stack's registry, where this one's is to be reached: choose another port for one of them. Where that is of machines too, its connection ends ten minutes after its last command. Nothing was changed.`,
  );
}
