import { Bucket } from "@pulumi/oci/objectstorage/bucket.js";
import type * as pulumi from "@pulumi/pulumi";

export type BackupBucketArgs = { compartmentId: string; prefix: string; namespace: pulumi.Input<string> };

/** Where backups leave the machines for. It holds data, so Pulumi refuses to delete it. */
export function backupBucket(
  name: string,
  { compartmentId, prefix, namespace }: BackupBucketArgs,
  opts?: pulumi.CustomResourceOptions,
): Bucket {
  return new Bucket(
    name,
    {
      ...{ compartmentId, namespace, name: `${prefix}-${name}` },
      ...{ accessType: "NoPublicAccess", storageTier: "Standard", versioning: "Disabled" },
    },
    { ...opts, protect: true, retainOnDelete: true },
  );
}
