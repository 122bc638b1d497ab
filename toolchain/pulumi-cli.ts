import { join } from "node:path";
import { type CacheEntry, cached } from "./cache.ts";
import { buildGo, withBuildSlot } from "./go-build.ts";
import { downloadCli, downloadOrBuild, type OfficialDownloads } from "./official.ts";
import type { ProgressStep } from "./progress.ts";
import { CLI_MODULE, cliKey } from "./source-keys.ts";
import { PULUMI_CLI_VERSION } from "./versions.ts";

/**
 * The Pulumi CLI: the official one where it can be downloaded, else built from its Go module (2.5 minutes alone on
 * two cores, 1.8 GB of memory, 113 MB).
 */
export async function ensureCli(
  cacheDir: string,
  downloads: OfficialDownloads,
  step: ProgressStep,
): Promise<CacheEntry> {
  const version = PULUMI_CLI_VERSION;
  return cached({
    cacheDir,
    name: "pulumi",
    version,
    key: await cliKey(),
    waiting: (owner) => step.note(`waiting for process ${owner}, which makes it`),
    make: (directory) =>
      downloadOrBuild(directory, downloads, {
        async download() {
          step.note("downloading");
          await downloadCli(directory, downloads);
        },
        build: () => withBuildSlot(step.note, () => buildCli(directory, step)),
      }),
  });
}

/** The version is set at link time: the module calls itself 3.0.0-dev, and programs may ask for a range. */
function buildCli(directory: string, step: ProgressStep): Promise<void> {
  return buildGo({
    directory: CLI_MODULE,
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    output: join(directory, "pulumi"),
    variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${PULUMI_CLI_VERSION}` },
    note: (text) => step.note(text),
  });
}
