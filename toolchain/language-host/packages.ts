import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The parts of a package.json that matter here. */
export type Manifest = {
  name?: string;
  version?: string;
  main?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
};

/** A provider that a package needs: its name and version as the engine knows them. */
export type RequiredProvider = { name: string; version: string; server: string };

/** A directory's package.json; empty where there is none. */
export function readManifest(directory: string): Manifest {
  try {
    return JSON.parse(readFileSync(join(directory, "package.json"), "utf8")) as Manifest;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
}

/** The directories of the packages directly below a node_modules directory, or below a scope in it. */
function packageDirectories(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory).filter((name) => !name.startsWith("."));
  return names.flatMap((name) =>
    name.startsWith("@") ? packageDirectories(join(directory, name)) : [join(directory, name)],
  );
}

/** Every package below a node_modules directory, those nested in other packages included. */
function packagesIn(nodeModules: string): Manifest[] {
  return packageDirectories(nodeModules).flatMap((directory) => [
    readManifest(directory),
    ...packagesIn(join(directory, "node_modules")),
  ]);
}

/** Every package that Node could load for a program in the directory, the nearest first. */
export function installedPackages(directory: string): Manifest[] {
  const parent = dirname(directory);
  const here = packagesIn(join(directory, "node_modules"));
  return parent === directory ? here : [...here, ...installedPackages(parent)];
}

/** What the engine needs to find the provider of each package that has one, each version once. */
export function requiredProviders(packages: Manifest[]): RequiredProvider[] {
  const found = new Map<string, RequiredProvider>();
  for (const { name: packageName, version, pulumi } of packages) {
    const name = pulumi?.name ?? packageName?.match(/^@pulumi\/(.+)$/)?.[1];
    if (!pulumi?.resource || !name) continue;
    const required = { name, version: pulumi.version ?? version ?? "", server: pulumi.server ?? "" };
    found.set(`${name}@${required.version}`, required);
  }
  return [...found.values()];
}

/**
 * Those whose plugin is installed. The engine downloads every provider named to it before the program runs, used or
 * not; one left out is still downloaded, but only when a resource first needs it.
 */
export function installedProviders(required: RequiredProvider[], plugins: string): RequiredProvider[] {
  return required.filter(({ name, version }) => existsSync(join(plugins, `resource-${name}-v${version}`)));
}
