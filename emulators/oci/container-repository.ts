import { ApiError } from "./api-error.ts";
import { addPlain, type ResourceType, TAGS } from "./resource-type.ts";

/** A repository of images in the region's registry. Its name is unique in the tenancy. */
export const containerRepository: ResourceType = {
  token: "oci:Artifacts/containerRepository:ContainerRepository",
  kind: "containerrepo",
  service: "Artifacts Container Repository",
  noun: "ContainerRepository",
  required: ["compartmentId", "displayName"],
  fixed: ["displayName"],
  updatable: ["compartmentId", ...TAGS, "isImmutable", "isPublic", "readme"],
  create({ tenancy }, inputs) {
    const { displayName } = inputs;
    if (tenancy.of("containerrepo").some(({ properties }) => properties.displayName === displayName))
      throw new ApiError(409, "NAMESPACE_CONFLICT", `Repository already exists: ${displayName}`);
    const counts = { imageCount: 0, layerCount: 0, layersSizeInBytes: "0", billableSizeInGbs: "0" };
    const settings = { isImmutable: false, isPublic: false, namespace: tenancy.state.namespace, ...counts };
    return addPlain(tenancy, containerRepository, { ...settings, ...inputs });
  },
};
