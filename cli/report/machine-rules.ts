import { LEAD_NODE } from "../../infra/oracle/node-names.ts";
import type { Change } from "./preview.ts";
import type { Rules } from "./rule.ts";

/** Every machine but the one with the data and the door is one of several, and can be done without. */
const isOneOfSeveral = ({ name }: Change) => name.startsWith("node-") && !name.startsWith(LEAD_NODE);

const INSTANCE_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: nothing runs yet that could stop" },
  {
    on: ["delete"],
    when: isOneOfSeveral,
    downtime: "zero",
    why: "what runs there is started elsewhere first, then it leaves",
  },
  {
    on: ["replace"],
    when: isOneOfSeveral,
    downtime: "brief stop",
    why: "what runs there ends, and is started on other machines",
  },
  // A machine that is replaced lets go of its volumes under load: terraform-provider-oci#2335.
  { on: ["delete", "replace"], downtime: "data at risk", why: "its disks are taken from a running machine" },
  { properties: ["shape", "shapeConfig"], downtime: "reboot", why: "another size needs a restart" },
  { properties: ["displayName", "freeformTags", "definedTags"], downtime: "zero", why: "only a name" },
];

const ADDRESS_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: nobody knows it yet" },
  { on: ["delete"], when: isOneOfSeveral, downtime: "zero", why: "only its machine was reached by it" },
];

const BLOCK_VOLUME_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: holds nothing yet" },
  { on: ["delete", "replace"], downtime: "data at risk", why: "the disk goes, with the data on it" },
  { properties: ["sizeInGbs"], downtime: "zero", why: "a disk grows while it is in use" },
];

const BLOCK_ATTACHMENT_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: holds nothing yet" },
  {
    on: ["delete", "replace"],
    downtime: "data at risk",
    why: "the disk is taken from a running machine",
  },
];

const REPOSITORY_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "images go there before any service is told of them" },
  {
    on: ["delete"],
    downtime: "zero",
    why: "services have their images from the first machine again; those of earlier releases go",
  },
];

/** Rules for what is at Oracle. */
export const MACHINE_RULES: Readonly<Record<string, Rules>> = {
  "oci:Core/instance:Instance": INSTANCE_RULES,
  "oci:Core/publicIp:PublicIp": ADDRESS_RULES,
  "oci:Core/volume:Volume": BLOCK_VOLUME_RULES,
  "oci:Core/volumeAttachment:VolumeAttachment": BLOCK_ATTACHMENT_RULES,
  "oci:Artifacts/containerRepository:ContainerRepository": REPOSITORY_RULES,
  "oci:Core/computeCapacityReport:ComputeCapacityReport": [{ downtime: "zero", why: "only a question" }],
  "oci:Limits/quota:Quota": [
    { downtime: "zero", why: "says what Oracle refuses to make; all there is stays" },
  ],
};
