import { volumeBackup, volumeBackupPolicy, volumeBackupPolicyAssignment } from "./backup-policy.ts";
import { budget, budgetRule } from "./budget.ts";
import { computeCapacityReport } from "./capacity-report.ts";
import { compartment } from "./compartment.ts";
import { containerRepository } from "./container-repository.ts";
import { instance } from "./instance.ts";
import { internetGateway } from "./internet-gateway.ts";
import { bucket } from "./object-storage.ts";
import { publicIp } from "./public-ip.ts";
import { quotaPolicy } from "./quota-policy.ts";
import type { ResourceType } from "./resource-type.ts";
import { defaultRouteTable, routeTable } from "./route-table.ts";
import { networkSecurityGroup, securityRule } from "./security-group.ts";
import { defaultSecurityList, securityList } from "./security-list.ts";
import { subnet } from "./subnet.ts";
import { vcn } from "./vcn.ts";
import { volume, volumeAttachment } from "./volume.ts";

/** Every resource type that the emulator knows. */
export const RESOURCE_TYPES: readonly ResourceType[] = [
  compartment,
  vcn,
  internetGateway,
  routeTable,
  defaultRouteTable,
  securityList,
  defaultSecurityList,
  networkSecurityGroup,
  securityRule,
  subnet,
  computeCapacityReport,
  instance,
  publicIp,
  volume,
  volumeAttachment,
  volumeBackup,
  volumeBackupPolicy,
  volumeBackupPolicyAssignment,
  bucket,
  containerRepository,
  budget,
  budgetRule,
  quotaPolicy,
];

/** The type of the resource that a URN names. Throws where the emulator has none. */
export function typeOfUrn(urn: string): ResourceType {
  const token = urn.split("::")[2]?.split("$").at(-1);
  const found = RESOURCE_TYPES.find((type) => type.token === token);
  if (!found)
    throw new Error(
      `The emulator of Oracle Cloud has no ${token}: add it to emulators/oci/resource-types.ts.`,
    );
  return found;
}
