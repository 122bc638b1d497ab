import { NAMED, type ResourceType } from "./resource-type.ts";

export const internetGateway: ResourceType = {
  token: "oci:Core/internetGateway:InternetGateway",
  kind: "internetgateway",
  service: "Core Internet Gateway",
  noun: "InternetGateway",
  required: ["compartmentId", "vcnId"],
  fixed: ["vcnId"],
  updatable: [...NAMED, "enabled", "routeTableId"],
  references: { vcnId: "vcn", routeTableId: "routetable" },
  defaults: () => ({ enabled: true }),
};
