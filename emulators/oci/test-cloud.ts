import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type EmulatorOptions, type OciEmulator, startOciEmulator } from "./emulator.ts";
import type { Properties } from "./tenancy-state.ts";

/** An emulator without machines, for one test. */
export async function start(options: Partial<EmulatorOptions> = {}): Promise<OciEmulator> {
  const stateDirectory = mkdtempSync(join(tmpdir(), "oci-emulator-"));
  const emulator = await startOciEmulator({ stateDirectory, retryMs: 1, ...options });
  emulator.provider.settings = { ...emulator.account };
  onTestFinished(() => emulator.stop());
  return emulator;
}

export const urn = (token: string, name = "it") => `urn:pulumi:prod::slipway::${token}::${name}`;
export const TOKENS = {
  vcn: "oci:Core/vcn:Vcn",
  subnet: "oci:Core/subnet:Subnet",
  gateway: "oci:Core/internetGateway:InternetGateway",
  routes: "oci:Core/routeTable:RouteTable",
  group: "oci:Core/networkSecurityGroup:NetworkSecurityGroup",
  rule: "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
  list: "oci:Core/defaultSecurityList:DefaultSecurityList",
  instance: "oci:Core/instance:Instance",
  address: "oci:Core/publicIp:PublicIp",
  volume: "oci:Core/volume:Volume",
  attachment: "oci:Core/volumeAttachment:VolumeAttachment",
  quota: "oci:Limits/quota:Quota",
  report: "oci:Core/computeCapacityReport:ComputeCapacityReport",
} as const;
type Name = keyof typeof TOKENS;

/** Makes things in a tenancy as a program would. */
export function cloudOf({ provider, account, state }: OciEmulator) {
  const compartmentId = account.tenancyOcid;
  const make = async (name: Name, inputs: Properties) => {
    const { id, outs } = await provider.create(urn(TOKENS[name]), inputs, false);
    return { id, ...outs } as { id: string } & Properties;
  };
  const network = async () => {
    const vcn = await make("vcn", { compartmentId, cidrBlocks: ["10.0.0.0/16"] });
    const subnet = await make("subnet", { compartmentId, vcnId: vcn.id, cidrBlock: "10.0.1.0/24" });
    return { vcn, subnet };
  };
  const image = Object.values(state.resources).find(({ kind }) => kind === "image")?.id;
  const domain = `${state.domainPrefix}:EU-FRANKFURT-1-AD-1`;
  const machine = (subnetId: string, inputs: Properties = {}) =>
    make("instance", {
      compartmentId,
      availabilityDomain: domain,
      shape: "VM.Standard.A1.Flex",
      shapeConfig: { ocpus: 1, memoryInGbs: 6 },
      sourceDetails: { sourceType: "image", sourceId: image, bootVolumeSizeInGbs: "50" },
      createVnicDetails: { subnetId, assignPublicIp: "false" },
      ...inputs,
    });
  const destroy = (name: Name, { id }: { id: string }) => provider.delete(id, urn(TOKENS[name]));
  return { compartmentId, make, network, machine, destroy, domain };
}
