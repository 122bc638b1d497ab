import { cached } from "../cache.ts";
import { contentKey } from "../source-keys.ts";
import { acmePrograms } from "./acme-programs.ts";
import { buildCommands, buildPrograms, type GoProgram, type ProgramsBuild } from "./build-programs.ts";
import { minioPrograms } from "./minio-programs.ts";
import { unpackNpmPackage } from "./npm-package.ts";
import type { ArtifactName } from "./recipes.ts";
import { readSources } from "./sources.ts";
import versions from "./versions.json" with { type: "json" };

export interface ArtifactContext extends Pick<ProgramsBuild, "architecture" | "note" | "pull"> {
  /** Where finished artifacts are kept between runs. */
  cacheDir: string;
}

/** A file or folder for a build: where it is, and the name its Dockerfile knows it by. */
export interface Artifact {
  path: string;
  name: string;
}

/** Makes the artifact, or finds it in the cache. */
export async function ensureArtifact(name: ArtifactName, context: ArtifactContext): Promise<Artifact[]> {
  const makers: Record<ArtifactName, () => Promise<Artifact[]>> = {
    "node-binary": () => nodeBinary(context),
    "npm-client": () => npmClient(context),
    "minio-binaries": () => goPrograms("minio", minioPrograms, context),
    "acme-binary": () => goPrograms("acme", acmePrograms, context),
  };
  return makers[name]();
}

async function nodeBinary(context: ArtifactContext): Promise<Artifact[]> {
  const platform = context.architecture === "amd64" ? "x64" : "arm64";
  const dir = await ensurePackage(`node-linux-${platform}`, versions.node.version, context);
  return [{ path: `${dir}/package/bin/node`, name: "node" }];
}

async function npmClient(context: ArtifactContext): Promise<Artifact[]> {
  const dir = await ensurePackage("npm", versions["node-build"].npm, context);
  return [{ path: `${dir}/package`, name: "npm" }];
}

/** Programs of an image, compiled from the module of each: the recipe's folder of that name. */
async function goPrograms(
  image: "minio" | "acme",
  programs: readonly GoProgram[],
  context: ArtifactContext,
): Promise<Artifact[]> {
  const sources = readSources(programs.flatMap(({ name }) => goSources(name)).sort());
  const { directory } = await cached({
    cacheDir: context.cacheDir,
    name: image,
    version: versions[image].version,
    key: contentKey(context.architecture, ...buildCommands(programs), ...Object.values(sources)),
    make: async (outDir) => {
      await buildPrograms(programs, { ...context, outDir });
      return "built";
    },
    waiting: () => context.note("waiting for another run that compiles it"),
  });
  return programs.map(({ name }) => ({ path: `${directory}/${name}`, name }));
}

/** The files of a program's module; a Dockerfile beside them changes nothing of what is compiled. */
function goSources(folder: string): string[] {
  return Object.keys(readSources([folder])).filter((file) => /(\.go|go\.mod|go\.sum)$/.test(file));
}

/** The folder in which the npm package lies under `package/`. */
async function ensurePackage(name: string, version: string, context: ArtifactContext): Promise<string> {
  const { directory } = await cached({
    cacheDir: context.cacheDir,
    name,
    version,
    key: version,
    make: async (dir) => {
      context.note(`downloading ${name} ${version}`);
      await unpackNpmPackage(`${name}@${version}`, dir);
      return "official";
    },
    waiting: () => context.note("waiting for another run that downloads it"),
  });
  return directory;
}
