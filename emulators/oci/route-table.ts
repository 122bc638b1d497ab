import { notFound } from "./api-error.ts";
import { addPlain, type Cloud, NAMED, type ResourceType } from "./resource-type.ts";
import type { Properties } from "./tenancy-state.ts";

export const routeTable: ResourceType = {
  token: "oci:Core/routeTable:RouteTable",
  kind: "routetable",
  service: "Core Route Table",
  noun: "RouteTable",
  required: ["compartmentId", "vcnId"],
  fixed: ["vcnId"],
  updatable: [...NAMED, "routeRules"],
  references: { vcnId: "vcn" },
  defaults: () => ({ routeRules: [] }),
  create(cloud, inputs) {
    requireTargets(cloud, inputs);
    return addPlain(cloud.tenancy, routeTable, inputs);
  },
  update: (cloud, _record, news) => requireTargets(cloud, news),
};

/** Throws 404 where a rule leads to a gateway that is not there. */
function requireTargets({ tenancy }: Cloud, { routeRules = [] }: Properties): void {
  for (const { networkEntityId } of routeRules as { networkEntityId: string }[])
    if (!tenancy.find(networkEntityId)) throw notFound();
}

/** Takes over the table that a VCN came with. Taken away, the table has no rules. */
export const defaultRouteTable: ResourceType = {
  ...routeTable,
  token: "oci:Core/defaultRouteTable:DefaultRouteTable",
  service: "Core Default Route Table",
  operations: { create: "UpdateRouteTable", delete: "UpdateRouteTable" },
  required: ["manageDefaultResourceId"],
  fixed: ["manageDefaultResourceId"],
  references: { manageDefaultResourceId: "routetable" },
  create(cloud, inputs) {
    requireTargets(cloud, inputs);
    const record = cloud.tenancy.need(inputs.manageDefaultResourceId, "routetable");
    cloud.tenancy.change(record, { routeRules: [], ...inputs });
    return record;
  },
  remove: ({ tenancy }, record) => tenancy.change(record, { routeRules: [] }),
};
