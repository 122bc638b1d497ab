import { ApiError, invalidParameter, notFound } from "./api-error.ts";
import { addPlain, type ResourceType, TAGS } from "./resource-type.ts";

/** A bucket. Its id is its path, as in Terraform: `n/<namespace>/b/<name>`. */
export const bucket: ResourceType = {
  token: "oci:ObjectStorage/bucket:Bucket",
  kind: "bucket",
  service: "Object Storage Bucket",
  noun: "Bucket",
  required: ["compartmentId", "namespace"],
  fixed: ["name", "namespace", "storageTier"],
  updatable: [
    ...[
      "accessType",
      "autoTiering",
      "bucketScope",
      "compartmentId",
      ...TAGS,
      "isBucketKeyEnabled",
      "kmsKeyId",
    ],
    ...["metadata", "objectEventsEnabled", "retentionRules", "versioning"],
  ],
  async create({ tenancy, objectStore }, inputs) {
    const { namespace, name } = inputs;
    if (namespace !== tenancy.state.namespace) throw notFound();
    if (!/^[A-Za-z0-9._-]{1,256}$/.test(String(name)))
      throw invalidParameter(`The bucket name ${name} is invalid`);
    const id = `n/${namespace}/b/${name}`;
    if (tenancy.find(id))
      throw new ApiError(
        409,
        "BucketAlreadyExists",
        `Either the bucket '${name}' in namespace '${namespace}' already exists or you are not authorized to create it`,
      );
    await objectStore.createBucket(String(name));
    const settings = {
      accessType: "NoPublicAccess",
      storageTier: "Standard",
      versioning: "Disabled",
      autoTiering: "Disabled",
    };
    return addPlain(
      tenancy,
      bucket,
      { ...settings, ...inputs, objectEventsEnabled: inputs.objectEventsEnabled ?? false },
      id,
    );
  },
  async remove({ tenancy, objectStore }, record) {
    const name = String(record.properties.name);
    if (!(await objectStore.isEmpty(name)))
      throw new ApiError(
        409,
        "BucketNotEmpty",
        `Bucket named '${name}' is not empty. Delete all objects first.`,
      );
    await objectStore.deleteBucket(name);
    tenancy.remove(record);
  },
};

/** Where the buckets' objects are. */
export interface ObjectStore {
  createBucket(name: string): Promise<void>;
  isEmpty(name: string): Promise<boolean>;
  deleteBucket(name: string): Promise<void>;
}

/** Buckets that nobody can put anything into. */
export function noObjectStore(): ObjectStore {
  return { createBucket: async () => {}, isEmpty: async () => true, deleteBucket: async () => {} };
}
