import { getVolumes } from "@pulumi/oci/core/getVolumes.js";
import { Volume } from "@pulumi/oci/core/volume.js";
import { VolumeAttachment } from "@pulumi/oci/core/volumeAttachment.js";
import { VolumeBackupPolicy } from "@pulumi/oci/core/volumeBackupPolicy.js";
import { VolumeBackupPolicyAssignment } from "@pulumi/oci/core/volumeBackupPolicyAssignment.js";
import * as pulumi from "@pulumi/pulumi";

/** Where the machine sees the volume, whatever else is attached to it. */
export const DATA_DEVICE = "/dev/oracleoci/oraclevdb";

const DAY_SECONDS = 86_400;

export type BlockVolumeArgs = {
  compartmentId: string;
  prefix: string;
  availabilityDomain: pulumi.Input<string>;
  sizeGb: number;
  /** Backups that Oracle keeps of it, one a day; 0 is none. */
  backupsMax: number;
};

/**
 * The volume that all data is on, on its own: it outlives machines and the stack. Pulumi refuses to delete it, and
 * forgets it without touching it when told to.
 */
export class BlockVolume extends pulumi.ComponentResource {
  readonly volumeId: pulumi.Output<string>;

  constructor(name: string, args: BlockVolumeArgs, opts?: pulumi.ResourceOptions) {
    super("slipway:oracle:BlockVolume", name, {}, opts);
    const { compartmentId, prefix, availabilityDomain } = args;
    const volume = new Volume(
      name,
      {
        ...{ compartmentId, availabilityDomain, displayName: displayName(name, prefix) },
        sizeInGbs: String(args.sizeGb),
        vpusPerGb: "10",
      },
      { parent: this, protect: true, retainOnDelete: true, ignoreChanges: ["availabilityDomain"] },
    );
    if (args.backupsMax > 0) backups(name, args, volume, { parent: this });
    this.volumeId = volume.id;
    this.registerOutputs({ volumeId: this.volumeId });
  }
}

/**
 * The availability domain of the volume that there is already, such as one that outlived its stack: the machine that is to
 * have it must be there too. Undefined where there is none, and where several have its name.
 */
export async function domainOfVolume(
  name: string,
  { compartmentId, prefix }: Pick<BlockVolumeArgs, "compartmentId" | "prefix">,
): Promise<string | undefined> {
  const asked = { compartmentId, displayName: displayName(name, prefix), state: "AVAILABLE" };
  const { volumes } = await getVolumes(asked);
  return volumes.length === 1 ? volumes[0]?.availabilityDomain : undefined;
}

function displayName(name: string, prefix: string): string {
  return `${prefix}-${name}`;
}

/** One a day, each kept for as many days as there may be backups: so there are never more. */
function backups(
  name: string,
  { compartmentId, prefix, backupsMax }: BlockVolumeArgs,
  volume: Volume,
  opts: pulumi.CustomResourceOptions,
): void {
  const policy = new VolumeBackupPolicy(
    `${name}-backups`,
    {
      ...{ compartmentId, displayName: `${prefix}-${name}-backups` },
      schedules: [
        {
          ...{ backupType: "INCREMENTAL", period: "ONE_DAY", offsetType: "STRUCTURED", hourOfDay: 3 },
          ...{ timeZone: "UTC", retentionSeconds: backupsMax * DAY_SECONDS },
        },
      ],
    },
    opts,
  );
  new VolumeBackupPolicyAssignment(`${name}-backups`, { assetId: volume.id, policyId: policy.id }, opts);
}

export type AttachmentArgs = { volumeId: pulumi.Input<string>; instanceId: pulumi.Input<string> };

/** Attaches a volume to a machine. A volume has one machine at a time, so a move takes it off the old one first. */
export function attachVolume(
  name: string,
  { volumeId, instanceId }: AttachmentArgs,
  opts: pulumi.CustomResourceOptions,
): VolumeAttachment {
  return new VolumeAttachment(
    name,
    { volumeId, instanceId, attachmentType: "paravirtualized", device: DATA_DEVICE, isReadOnly: false },
    { ...opts, deleteBeforeReplace: true },
  );
}
