import { ContainerRepository } from "@pulumi/oci/artifacts/containerRepository.js";
import type * as pulumi from "@pulumi/pulumi";

/** A region's short name, as the host name of its registry begins. Others are their own short name. */
const REGION_KEYS: Readonly<Record<string, string>> = {
  "ap-mumbai-1": "bom",
  "ap-singapore-1": "sin",
  "ap-sydney-1": "syd",
  "ap-tokyo-1": "nrt",
  "ca-toronto-1": "yyz",
  "eu-amsterdam-1": "ams",
  "eu-frankfurt-1": "fra",
  "eu-marseille-1": "mrs",
  "eu-paris-1": "cdg",
  "eu-stockholm-1": "arn",
  "eu-zurich-1": "zrh",
  "sa-saopaulo-1": "gru",
  "uk-london-1": "lhr",
  "us-ashburn-1": "iad",
  "us-phoenix-1": "phx",
  "us-sanjose-1": "sjc",
};

/** Host name of Oracle's container registry in a region. */
export function registryHost(region: string): string {
  return `${REGION_KEYS[region] ?? region}.ocir.io`;
}

export type RepositoriesArgs = { compartmentId: string; prefix: string; names: readonly string[] };

/** Private repositories in Oracle's container registry, one for each image. */
export function containerRepositories(
  { compartmentId, prefix, names }: RepositoriesArgs,
  opts?: pulumi.CustomResourceOptions,
): ContainerRepository[] {
  return names.map(
    (name) =>
      new ContainerRepository(
        `repository-${name.replaceAll("/", "-")}`,
        { compartmentId, displayName: `${prefix}/${name}`, isPublic: false, isImmutable: false },
        opts,
      ),
  );
}
