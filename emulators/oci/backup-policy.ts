import { conflict, invalidParameter } from "./api-error.ts";
import { addPlain, NAMED, type ResourceType, TAGS } from "./resource-type.ts";

export const volumeBackupPolicy: ResourceType = {
  token: "oci:Core/volumeBackupPolicy:VolumeBackupPolicy",
  kind: "volumebackuppolicy",
  service: "Core Volume Backup Policy",
  noun: "VolumeBackupPolicy",
  required: ["compartmentId"],
  fixed: ["compartmentId"],
  updatable: ["displayName", ...TAGS, "destinationRegion", "schedules"],
  defaults: () => ({ schedules: [] }),
};

/** A volume's following of a policy: one policy a volume. */
export const volumeBackupPolicyAssignment: ResourceType = {
  token: "oci:Core/volumeBackupPolicyAssignment:VolumeBackupPolicyAssignment",
  kind: "volumebackuppolicyassignment",
  service: "Core Volume Backup Policy Assignment",
  noun: "VolumeBackupPolicyAssignment",
  required: ["assetId", "policyId"],
  fixed: ["assetId", "policyId", "xrcKmsKeyId"],
  updatable: [],
  references: { policyId: "volumebackuppolicy" },
  create({ tenancy }, inputs) {
    const asset = tenancy.find(inputs.assetId);
    if (!asset || !["volume", "bootvolume"].includes(asset.kind))
      throw invalidParameter(`${inputs.assetId} is no volume`);
    const others = tenancy.of("volumebackuppolicyassignment");
    if (others.some(({ properties }) => properties.assetId === asset.id))
      throw conflict(`Volume ${asset.id} already has a backup policy assigned`);
    return addPlain(tenancy, volumeBackupPolicyAssignment, inputs);
  },
};

/** One backup, taken at once. */
export const volumeBackup: ResourceType = {
  token: "oci:Core/volumeBackup:VolumeBackup",
  kind: "volumebackup",
  service: "Core Volume Backup",
  noun: "VolumeBackup",
  required: [],
  fixed: ["sourceDetails", "type", "volumeId"],
  updatable: [...NAMED, "kmsKeyId"],
  references: { volumeId: "volume" },
  defaults: () => ({ type: "INCREMENTAL", sourceType: "MANUAL" }),
  remove({ tenancy }, record) {
    delete tenancy.state.resources[record.id];
    tenancy.save();
  },
};
