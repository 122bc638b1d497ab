import { execa } from "execa";
import { KINDS, stackObjects } from "../../cli/engine-objects.ts";
import { readLocalStack } from "../../cli/local-stack.ts";
import { imagesOf } from "../../cli/prune/engine-images.ts";
import { ownRegistry } from "../../cli/prune/prune-images.ts";
import { docker } from "../../infra/swarm/docker-client.ts";

/** What a stack takes on the engine: how many objects of each kind, and megabytes (10^6 bytes). */
export type Footprint = Record<string, number>;

const UNIT_MEGABYTES: Record<string, number> = { B: 1e-6, kB: 1e-3, MB: 1, GB: 1e3 };

/** Reads the engine's own way of writing sizes, such as "312.3MB". */
function megabytes(size: string): number {
  const [, figure, unit = ""] = size.match(/^([\d.]+)(\w+)$/) ?? [];
  return Number(figure) * (UNIT_MEGABYTES[unit] ?? Number.NaN);
}

type DiskUse = {
  Images: { Repository: string; UniqueSize: string }[];
  Volumes: { Name: string; Size: string }[];
};

async function diskUse(): Promise<DiskUse> {
  const { stdout } = await execa("docker", ["system", "df", "--verbose", "--format", "{{json .}}"]);
  return JSON.parse(stdout) as DiskUse;
}

/** Looks at a local stack on this machine's engine. */
export async function footprint(root: string): Promise<Footprint> {
  const { namePrefix } = await readLocalStack(root);
  const registry = await ownRegistry(namePrefix, docker);
  if (!registry) throw new Error(`${namePrefix} has no registry that runs`);
  const objects = Object.groupBy(await stackObjects(namePrefix), ({ kind }) => kind);
  const { Images, Volumes } = await diskUse();
  const sum = (sizes: string[]) => Math.round(sizes.reduce((total, size) => total + megabytes(size), 0));
  const images = Images.filter(({ Repository }) => Repository.startsWith(`${registry.address}/`));
  const volume = (name: string) => Volumes.filter(({ Name }) => Name === `${namePrefix}-${name}`);
  return {
    ...Object.fromEntries(KINDS.map((kind) => [kind, objects[kind]?.length ?? 0])),
    image: (await imagesOf(registry.address, docker)).length,
    "images' own MB": sum(images.map(({ UniqueSize }) => UniqueSize)),
    "registry MB": sum(volume("registry-data").map(({ Size }) => Size)),
    "database MB": sum(volume("postgres-data").map(({ Size }) => Size)),
    "objects MB": sum(volume("object-store-data").map(({ Size }) => Size)),
  };
}
