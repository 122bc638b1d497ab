import { z } from "zod";
import { textLike, whole } from "../settings/fields.ts";
import { CapacitySettings } from "./capacity.ts";
import { adminCidr, ocid, region } from "./fields.ts";
import { overFreeTier, type Use } from "./free-tier.ts";
import { BudgetSettings } from "./spending-guard.ts";
import { ARM_SHAPE, MachineSettings, MICRO_SHAPE } from "./virtual-machine.ts";

const shape = {
  tenancyId: ocid("tenancy"),
  compartmentId: ocid("compartment", "tenancy"),
  /** The account's home region: nothing is free elsewhere. */
  region: region(),
  /** Where SSH is let in from. */
  adminCidrs: z.array(adminCidr()).min(1).max(20),
  /** Public keys of people, besides the stack's own: `ssh-ed25519 AAAA… name`. */
  authorizedKeys: z.array(textLike(/^ssh-\S+ [A-Za-z0-9+/=]+( .*)?$/, "an OpenSSH public key")),
  /** Machines. The first has the data and the public address that people know. */
  nodes: whole(1, 9),
  machine: MachineSettings,
  dataVolumeGb: whole(50, 32_768),
  /** Backups of the data volume that Oracle keeps, one a day; 0 is none. */
  volumeBackupsMax: whole(0, 30),
  capacity: CapacitySettings,
  budget: BudgetSettings,
  /** Lets the stack ask for more than is free. */
  allowPaid: z.boolean(),
  /** When Docker itself may be upgraded, which restarts every container: as systemd writes times, in UTC. */
  maintenanceWindow: textLike(
    /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d:\d\d UTC$/,
    "a time such as Sun 04:00 UTC",
  ),
};

type Settings = z.infer<z.ZodObject<typeof shape>>;

/** What a stack with these settings asks of a tenancy. */
export function useOf(
  settings: Pick<Settings, "nodes" | "machine" | "dataVolumeGb" | "volumeBackupsMax">,
): Use {
  const { nodes, machine, dataVolumeGb, volumeBackupsMax } = settings;
  const isArm = machine.shape === ARM_SHAPE;
  return {
    armOcpus: isArm ? nodes * machine.ocpus : 0,
    armMemoryGb: isArm ? nodes * machine.memoryGb : 0,
    microMachines: isArm ? 0 : nodes,
    storageGb: nodes * machine.bootVolumeGb + dataVolumeGb,
    volumeBackups: volumeBackupsMax,
  };
}

/** Settings of everything that is made at Oracle. What is not free is a fault, unless it is wanted. */
export const OracleSettings = z.strictObject(shape).superRefine((settings, context) => {
  const fault = (path: readonly string[], message: string) =>
    context.addIssue({ code: "custom", path: [...path], message });
  if (
    settings.machine.shape === MICRO_SHAPE &&
    (settings.machine.ocpus !== 1 || settings.machine.memoryGb !== 1)
  ) {
    fault(["machine"], `must have ocpus: 1 and memoryGb: 1, which is what a ${MICRO_SHAPE} has`);
  }
  if (settings.allowPaid) return;
  for (const { path, message } of overFreeTier(useOf(settings))) fault(path, message);
});

export type OracleSettings = z.infer<typeof OracleSettings>;
