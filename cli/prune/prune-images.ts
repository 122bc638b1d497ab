import { readLedger } from "../../infra/operations/release/ledger.ts";
import type { Docker } from "../../infra/swarm/docker-client.ts";
import { REGISTRY_NAME } from "../../infra/swarm/registry-address.ts";
import {
  type EngineImage,
  imagesOf,
  oldStages,
  removeImages,
  sharedImagesOf,
  unnamed,
} from "./engine-images.ts";
import { digestsIn, RELEASES_WITH_IMAGES } from "./kept-digests.ts";
import { removeTags, tagsIn } from "./registry-tags.ts";

/** The images that the stack builds; the names are those of the build stages' label. */
const BUILT = ["app", "web", "backups"];

export type PruneArgs = {
  namePrefix: string;
  docker: Docker;
  /** The engines of the stack's other machines. */
  others?: readonly Docker[];
  /** The text of the stack's state; asked for only where there seems to be something to remove. */
  readState: () => Promise<string>;
};

/** What was removed: images of the engines, and tags of the registry. */
export type Pruned = { images: number; tags: number };

export function describePruned({ images, tags }: Pruned): string {
  return `Pruned ${images} images and ${tags} tags of the registry that no kept release needs`;
}

/** What the services run, and ran before, as the engine tells it. */
async function services(namePrefix: string, docker: Docker): Promise<string> {
  const ids = await docker(["service", "ls", "--quiet", "--filter", `label=slipway.stack=${namePrefix}`]);
  const list = ids.split("\n").filter(Boolean);
  return list.length > 0 ? docker(["service", "inspect", ...list]) : "";
}

/** The registry's container and address; undefined where the stack has none of its own here. */
export async function ownRegistry(namePrefix: string, docker: Docker) {
  const container = `${namePrefix}-${REGISTRY_NAME}`;
  const format = '{{.State.Running}} {{(index (index .HostConfig.PortBindings "5000/tcp") 0).HostPort}}';
  const inspected = await docker(["inspect", "--format", format, container]).catch((error: Error) => {
    if (!/no such (object|container)/i.test(error.message)) throw error;
    return "";
  });
  const [running, port] = inspected.split(/\s/);
  return running === "true" && port ? { container, address: `127.0.0.1:${port}` } : undefined;
}

async function stages(docker: Docker): Promise<EngineImage[]> {
  return (await Promise.all(BUILT.map((name) => oldStages(name, docker)))).flat();
}

/** What another machine has pulled that is not named. One that does not answer is pruned another time. */
async function pulled(docker: Docker, namePrefix: string, named: ReadonlySet<string>) {
  const images = await sharedImagesOf(namePrefix, docker).catch(() => []);
  return { docker, images: unnamed(images, named) };
}

/**
 * Removes the images that neither the last releases, nor a service, nor the stack's state names, from the engines and
 * from the stack's own registry, and what old builds left. Whoever calls holds the deploy lock.
 */
export async function pruneImages({
  namePrefix,
  docker,
  others = [],
  readState,
}: PruneArgs): Promise<Pruned> {
  const registry = await ownRegistry(namePrefix, docker);
  if (!registry) return { images: 0, tags: 0 };
  const { releases, faults } = await readLedger(namePrefix, docker);
  // What cannot be read may name images that are needed.
  if (faults.length > 0) throw new Error("the releases' records are not whole (npx slipway releases)");
  const manifests = releases.slice(-RELEASES_WITH_IMAGES).map(({ text }) => text);
  const named = digestsIn([...manifests, await services(namePrefix, docker)]);
  const own = await imagesOf(registry.address, docker);
  const images = unnamed([...own, ...(await sharedImagesOf(namePrefix, docker))], named);
  const elsewhere = await Promise.all(others.map((other) => pulled(other, namePrefix, named)));
  const left = await stages(docker);
  const found = [images, left, ...elsewhere.map((other) => other.images)].flat();
  if (found.length === 0) return { images: 0, tags: 0 };
  const kept = named.union(digestsIn([await readState()]));
  const tags = (await tagsIn(registry.container, docker)).filter(({ digest }) => !kept.has(digest));
  await removeTags(registry.container, tags, docker);
  const removed = await Promise.all([
    removeImages([...unnamed(images, kept), ...left], docker),
    ...elsewhere.map((other) => removeImages(unnamed(other.images, kept), other.docker)),
  ]);
  return { images: removed.reduce((sum, count) => sum + count, 0), tags: tags.length };
}
