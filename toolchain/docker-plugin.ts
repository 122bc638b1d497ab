import { join } from "node:path";
import { type CacheEntry, cached } from "./cache.ts";
import { buildGo, withBuildSlot } from "./go-build.ts";
import { downloadOrBuild, downloadPlugin, type OfficialDownloads } from "./official.ts";
import type { ProgressStep } from "./progress.ts";
import { DOCKER_PLUGIN_MODULE, dockerPluginKey } from "./source-keys.ts";
import { PLUGIN_VERSIONS } from "./versions.ts";

/**
 * The docker plugin: the official one where it can be downloaded (with the CLI, once that is there), else our bridge
 * of the upstream provider (80 s alone on two cores, 1.5 GB of memory, 84 MB).
 */
export async function ensureDockerPlugin(
  cacheDir: string,
  downloads: OfficialDownloads,
  cli: () => Promise<string>,
  step: ProgressStep,
): Promise<CacheEntry> {
  const version = PLUGIN_VERSIONS.docker;
  return cached({
    cacheDir,
    name: "docker-plugin",
    version,
    key: await dockerPluginKey(),
    waiting: (owner) => step.note(`waiting for process ${owner}, which makes it`),
    make: (directory) =>
      downloadOrBuild(directory, downloads, {
        async download() {
          step.note("downloading");
          await downloadPlugin(await cli(), { name: "docker", version }, directory);
        },
        build: () =>
          withBuildSlot(step.note, () =>
            buildGo({
              directory: DOCKER_PLUGIN_MODULE,
              package: ".",
              output: join(directory, "pulumi-resource-docker"),
              variables: { "main.version": version },
              // The compose resource is not in the npm package, and drags all of docker compose in.
              tags: ["no_compose"],
              note: (text) => step.note(text),
            }),
          ),
      }),
  });
}
