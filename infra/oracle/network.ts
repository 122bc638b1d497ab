import { DefaultSecurityList } from "@pulumi/oci/core/defaultSecurityList.js";
import { InternetGateway } from "@pulumi/oci/core/internetGateway.js";
import { RouteTable } from "@pulumi/oci/core/routeTable.js";
import { Subnet } from "@pulumi/oci/core/subnet.js";
import { Vcn } from "@pulumi/oci/core/vcn.js";
import * as pulumi from "@pulumi/pulumi";

/** Addresses of the machines' own network. Far from those that Docker gives to networks: 10.0.x.x and 172.x.x.x. */
const NETWORK_CIDR = "10.200.0.0/16";
const SUBNET_CIDR = "10.200.0.0/24";

export type VirtualNetworkArgs = { compartmentId: string; prefix: string };

/**
 * A virtual cloud network with one public subnet. Its default security list is emptied: security lists and security
 * groups add up, and Oracle's default lets SSH in from everywhere.
 */
export class VirtualNetwork extends pulumi.ComponentResource {
  readonly vcnId: pulumi.Output<string>;
  readonly subnetId: pulumi.Output<string>;

  constructor(name: string, { compartmentId, prefix }: VirtualNetworkArgs, opts?: pulumi.ResourceOptions) {
    super("slipway:oracle:VirtualNetwork", name, {}, opts);
    const parent = { parent: this };
    const named = (what: string) => ({ compartmentId, displayName: `${prefix}-${what}` });
    const vcn = new Vcn(name, { ...named(name), cidrBlocks: [NETWORK_CIDR], dnsLabel: "slipway" }, parent);
    const gateway = new InternetGateway(
      "internet-gateway",
      { ...named("internet-gateway"), vcnId: vcn.id, enabled: true },
      parent,
    );
    const routes = new RouteTable(
      "routes",
      {
        ...{ ...named("routes"), vcnId: vcn.id },
        routeRules: [
          { destination: "0.0.0.0/0", destinationType: "CIDR_BLOCK", networkEntityId: gateway.id },
        ],
      },
      parent,
    );
    const nothing = emptyDefaultList(vcn, named("default-security-list"), parent);
    const subnet = new Subnet(
      "subnet",
      {
        ...{ ...named("subnet"), vcnId: vcn.id, cidrBlock: SUBNET_CIDR, dnsLabel: "machines" },
        routeTableId: routes.id,
        securityListIds: [nothing.id],
        prohibitPublicIpOnVnic: false,
      },
      parent,
    );
    this.vcnId = vcn.id;
    this.subnetId = subnet.id;
    this.registerOutputs({ vcnId: this.vcnId, subnetId: this.subnetId });
  }
}

function emptyDefaultList(
  vcn: Vcn,
  named: { compartmentId: string; displayName: string },
  opts: pulumi.CustomResourceOptions,
): DefaultSecurityList {
  return new DefaultSecurityList(
    "default-security-list",
    {
      ...named,
      manageDefaultResourceId: vcn.defaultSecurityListId,
      ingressSecurityRules: [],
      egressSecurityRules: [],
    },
    opts,
  );
}

/** The fixed address of a machine in the subnet, by its number from 1. Oracle keeps the first two of each subnet. */
export function privateAddress(number: number): string {
  return `10.200.0.${10 + number}`;
}
