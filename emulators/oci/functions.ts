import { findImages } from "./images.ts";
import { cardOf, instance } from "./instance.ts";
import { publicAddressOf } from "./public-ip.ts";
import { SHAPES } from "./shapes.ts";
import type { Tenancy } from "./tenancy.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";
import { requireDomain } from "./volume.ts";

type Answer = (tenancy: Tenancy, args: Properties) => Properties;

/** What programs ask of the cloud, by the functions' tokens. */
export const FUNCTIONS: Readonly<Record<string, Answer>> = {
  "oci:Identity/getAvailabilityDomains:getAvailabilityDomains": (tenancy, { compartmentId }) => ({
    availabilityDomains: tenancy.availabilityDomains.map((name, index) => ({
      compartmentId,
      id: `ocid1.availabilitydomain.oc1..aaaaaaaadomain${index + 1}`,
      name,
    })),
  }),
  "oci:Identity/getFaultDomains:getFaultDomains": (tenancy, { availabilityDomain, compartmentId }) => {
    requireDomain(tenancy, availabilityDomain);
    const names = [1, 2, 3].map((number) => `FAULT-DOMAIN-${number}`);
    return { faultDomains: names.map((name) => ({ availabilityDomain, compartmentId, id: name, name })) };
  },
  "oci:ObjectStorage/getNamespace:getNamespace": ({ state }) => ({ namespace: state.namespace }),
  "oci:Core/getImages:getImages": (tenancy, args) => ({ images: findImages(tenancy, args) }),
  "oci:Core/getImage:getImage": (tenancy, { imageId }) => seen(tenancy.need(imageId, "image")),
  "oci:Core/getShapes:getShapes": () => ({ shapes: SHAPES.map((name) => ({ name })) }),
  "oci:Core/getInstance:getInstance": (tenancy, { instanceId }) => {
    const found = tenancy.need(instanceId, "instance");
    return { ...seen(found), ...instance.view?.(tenancy, found) };
  },
  "oci:Core/getVolumes:getVolumes": (tenancy, args) => ({
    volumes: tenancy
      .of("volume")
      .filter(({ properties }) =>
        isAsked(properties, args, ["availabilityDomain", "compartmentId", "displayName", "state"]),
      )
      .map(seen),
  }),
  "oci:Core/getVnicAttachments:getVnicAttachments": (tenancy, { instanceId }) => ({
    vnicAttachments: tenancy
      .of("instance")
      .filter(({ id }) => instanceId === undefined || id === instanceId)
      .map(({ id }) => cardOf(tenancy, id))
      .map(({ id, properties }) => ({
        id: `${id}-attachment`,
        ...properties,
        vnicId: id,
        state: "ATTACHED",
      })),
  }),
  "oci:Core/getVnic:getVnic": (tenancy, { vnicId }) => vnicSeen(tenancy, tenancy.need(vnicId, "vnic")),
  "oci:Core/getPrivateIps:getPrivateIps": (tenancy, args) => ({
    privateIps: tenancy
      .of("privateip")
      .filter(({ properties }) => isAsked(properties, args, ["ipAddress", "subnetId", "vnicId"]))
      .map(seen),
  }),
};

/** Whether it is what is asked for, by those of the names that are given. */
function isAsked(properties: Properties, args: Properties, names: readonly string[]): boolean {
  return names.every((name) => args[name] === undefined || properties[name] === args[name]);
}

function seen({ id, properties }: ResourceRecord): Properties {
  return { ...properties, id };
}

function vnicSeen(tenancy: Tenancy, vnic: ResourceRecord): Properties {
  const [privateIp] = tenancy.ownedBy(vnic.id);
  const publicIp = privateIp && publicAddressOf(tenancy, privateIp.id);
  return {
    ...seen(vnic),
    privateIpAddress: privateIp?.properties.ipAddress,
    publicIpAddress: publicIp?.properties.ipAddress ?? "",
  };
}
