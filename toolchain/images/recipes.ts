import { acmePrograms } from "./acme-programs.ts";
import { bootstrapArguments } from "./bootstrap-debian.ts";
import { buildCommands } from "./build-programs.ts";
import { minioPrograms } from "./minio-programs.ts";

/** Names of the base images, parents before their children. */
export const baseImageNames = [
  "debian",
  "node-build",
  "node",
  "nginx",
  "postgres",
  "minio",
  "registry",
  "backup",
  "acme",
] as const;

export type BaseImageName = (typeof baseImageNames)[number];

/** Files that an image needs beside its Dockerfile and that are made outside the engine. */
export type ArtifactName = "node-binary" | "npm-client" | "minio-binaries" | "acme-binary";

export interface Recipe {
  /** Images it is made from, each given to its Dockerfile as the build argument of that name. */
  readonly parents: Readonly<Partial<Record<BaseImageName, string>>>;
  readonly artifacts: readonly ArtifactName[];
  /** Files and folders, relative to this folder, that decide what comes out. */
  readonly sources: readonly string[];
  /** Arguments of the command outside the engine that makes it or its artifacts. */
  readonly commands?: readonly string[];
  /** Prints the version of what is inside, run as the image's command. */
  readonly versionCommand: { readonly entrypoint: string; readonly args: readonly string[] };
}

const onDebian = { debian: "DEBIAN_IMAGE" } as const;

/** How each base image is made where it cannot be pulled. */
export const recipes: Readonly<Record<BaseImageName, Recipe>> = {
  debian: {
    parents: {},
    artifacts: [],
    sources: ["debian"],
    commands: bootstrapArguments("debian.tar"),
    versionCommand: { entrypoint: "cat", args: ["/etc/debian_version"] },
  },
  "node-build": {
    parents: onDebian,
    artifacts: ["node-binary", "npm-client"],
    sources: ["node-build"],
    versionCommand: { entrypoint: "node", args: ["--version"] },
  },
  node: {
    parents: { ...onDebian, "node-build": "NODE_BUILD_IMAGE" },
    artifacts: [],
    sources: ["node", "rootfs.sh"],
    versionCommand: { entrypoint: "node", args: ["--version"] },
  },
  nginx: {
    parents: onDebian,
    artifacts: [],
    sources: ["nginx", "rootfs.sh"],
    versionCommand: { entrypoint: "nginx", args: ["-v"] },
  },
  postgres: {
    parents: onDebian,
    artifacts: [],
    sources: ["postgres", "rootfs.sh"],
    versionCommand: { entrypoint: "postgres", args: ["--version"] },
  },
  minio: {
    parents: onDebian,
    artifacts: ["minio-binaries"],
    sources: ["minio", "probe", "rootfs.sh"],
    commands: buildCommands(minioPrograms),
    versionCommand: { entrypoint: "minio", args: ["--version"] },
  },
  registry: {
    parents: onDebian,
    artifacts: [],
    sources: ["registry", "rootfs.sh"],
    versionCommand: { entrypoint: "registry", args: ["--version"] },
  },
  backup: {
    parents: { ...onDebian, postgres: "POSTGRES_IMAGE", node: "NODE_IMAGE" },
    artifacts: [],
    sources: ["backup", "rootfs.sh"],
    versionCommand: { entrypoint: "rclone", args: ["version"] },
  },
  acme: {
    parents: {},
    artifacts: ["acme-binary"],
    sources: ["acme", "probe"],
    commands: buildCommands(acmePrograms),
    versionCommand: { entrypoint: "acme", args: ["--version"] },
  },
};

/** The named images and everything they are made from, parents first. */
export function withParents(names: readonly BaseImageName[]): BaseImageName[] {
  const wanted = new Set<BaseImageName>();
  const add = (name: BaseImageName) => {
    for (const parent of parentsOf(name)) add(parent);
    wanted.add(name);
  };
  names.forEach(add);
  return baseImageNames.filter((name) => wanted.has(name));
}

export function parentsOf(name: BaseImageName): BaseImageName[] {
  return baseImageNames.filter((candidate) => recipes[name].parents[candidate] !== undefined);
}
