import { inputAt, type Policy } from "./policy.ts";

const IMAGE_ID = /^ocid1\.image\./;
const DIGEST = /@sha256:/;

function machineImage(inputs: unknown): string | undefined {
  const source = inputAt(inputs, "sourceDetails", "sourceId") ?? inputAt(inputs, "image");
  if (typeof source === "string" && IMAGE_ID.test(source)) return undefined;
  return "starts from an image that is not named by its OCID, so a newer one would replace it: pin one";
}

function serviceImage(inputs: unknown): string | undefined {
  const image = inputAt(inputs, "taskSpec", "containerSpec", "image");
  if (typeof image !== "string" || DIGEST.test(image)) return undefined;
  return `runs ${image}, which can come to mean something else: name it by digest`;
}

export const imagesArePinned: Policy = {
  title: "Machines and services run one certain image",
  fault({ type, inputs }) {
    if (type === "oci:Core/instance:Instance") return machineImage(inputs);
    if (type === "docker:index/service:Service") return serviceImage(inputs);
    return undefined;
  },
};
