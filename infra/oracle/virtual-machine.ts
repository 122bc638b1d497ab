import { getPrivateIpsOutput } from "@pulumi/oci/core/getPrivateIps.js";
import { Instance } from "@pulumi/oci/core/instance.js";
import { PublicIp } from "@pulumi/oci/core/publicIp.js";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { whole } from "../settings/fields.ts";
import { ocid } from "./fields.ts";

/** Shapes that cost nothing: Arm with processors to choose, and a small AMD one as it is. */
export const ARM_SHAPE = "VM.Standard.A1.Flex";
export const MICRO_SHAPE = "VM.Standard.E2.1.Micro";

export const MachineSettings = z.strictObject({
  shape: z.enum([ARM_SHAPE, MICRO_SHAPE]),
  /** Of each machine. Of the small shape it is 1, which is an eighth of one. */
  ocpus: whole(1, 80),
  memoryGb: whole(1, 512),
  bootVolumeGb: whole(50, 32_768),
  /** Ubuntu for the shape's kind of processor. One certain image: "the latest" would replace machines by surprise. */
  imageId: ocid("image"),
  swapMb: whole(0, 16_384),
});

export type MachineSettings = z.infer<typeof MachineSettings>;

export type VirtualMachineArgs = {
  compartmentId: string;
  prefix: string;
  settings: MachineSettings;
  availabilityDomain: pulumi.Input<string>;
  subnetId: pulumi.Input<string>;
  firewallId: pulumi.Input<string>;
  privateIp: string;
  /** One OpenSSH public key, for the image's own user. */
  authorizedKey: pulumi.Input<string>;
  /** The whole cloud-init document. Used at the first boot only. */
  userData: pulumi.Input<string>;
  onError: pulumi.ErrorHook;
};

/**
 * A machine with a reserved public address, which outlives it. Cloud-init and domain are what they were when it was
 * made: a change of either would replace it, and what can change is put on it over SSH.
 */
export class VirtualMachine extends pulumi.ComponentResource {
  readonly instance: Instance;
  readonly publicIp: pulumi.Output<string>;

  constructor(name: string, args: VirtualMachineArgs, opts?: pulumi.ResourceOptions) {
    super("slipway:oracle:VirtualMachine", name, {}, opts);
    const { compartmentId, prefix, privateIp: ipAddress } = args;
    this.instance = new Instance(name, instanceArgs(name, args), {
      parent: this,
      // Free tier has no room for two, and they could not share an address.
      deleteBeforeReplace: true,
      ignoreChanges: ["metadata", "availabilityDomain", "faultDomain"],
      customTimeouts: { create: "20m" },
      hooks: { onError: [args.onError] },
    });
    const found = getPrivateIpsOutput(
      { ipAddress, subnetId: args.subnetId },
      { parent: this, dependsOn: [this.instance] },
    );
    const address = new PublicIp(
      `${name}-public-ip`,
      {
        ...{ compartmentId, displayName: `${prefix}-${name}`, lifetime: "RESERVED" },
        privateIpId: found.privateIps.apply((addresses) => addressId(name, addresses)),
      },
      { parent: this },
    );
    this.publicIp = address.ipAddress;
    this.registerOutputs({ publicIp: this.publicIp });
  }
}

function addressId(name: string, addresses: readonly { id: string }[]): string {
  const [address] = addresses;
  if (address) return address.id;
  throw new pulumi.RunError(
    `${name} has no network address any more: it was ended by somebody else a moment ago. Run the command again.`,
  );
}

function instanceArgs(name: string, args: VirtualMachineArgs) {
  const { compartmentId, prefix, settings, availabilityDomain, subnetId, firewallId, privateIp } = args;
  return {
    ...{ compartmentId, availabilityDomain, displayName: `${prefix}-${name}`, shape: settings.shape },
    // One that somebody has switched off is switched on.
    state: "RUNNING",
    ...(settings.shape === ARM_SHAPE
      ? { shapeConfig: { ocpus: settings.ocpus, memoryInGbs: settings.memoryGb } }
      : {}),
    sourceDetails: {
      sourceType: "image",
      sourceId: settings.imageId,
      bootVolumeSizeInGbs: String(settings.bootVolumeGb),
    },
    createVnicDetails: {
      ...{ subnetId, nsgIds: [firewallId], privateIp, hostnameLabel: name },
      // The reserved one comes after: an address of its own would change with the machine.
      assignPublicIp: "false",
    },
    // The old metadata service answers whoever can make a server fetch a URL.
    instanceOptions: { areLegacyImdsEndpointsDisabled: true },
    metadata: {
      ssh_authorized_keys: args.authorizedKey,
      user_data: pulumi.output(args.userData).apply((text) => Buffer.from(text).toString("base64")),
    },
    preserveBootVolume: false,
  };
}
