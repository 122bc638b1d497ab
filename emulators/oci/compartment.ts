import { addPlain, type ResourceType, TAGS } from "./resource-type.ts";

export const compartment: ResourceType = {
  token: "oci:Identity/compartment:Compartment",
  kind: "compartment",
  service: "Identity Compartment",
  noun: "Compartment",
  required: ["description"],
  fixed: ["enableDelete"],
  updatable: ["compartmentId", ...TAGS, "description", "name"],
  create: ({ tenancy }, inputs) =>
    addPlain(tenancy, compartment, {
      compartmentId: tenancy.state.tenancyOcid,
      isAccessible: true,
      ...inputs,
      state: "ACTIVE",
    }),
};
