import { LEAD_NODE } from "../../infra/oracle/node-names.ts";
import { type Change, isKnown } from "./preview.ts";
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
  // A machine lets go of its volumes under load (terraform-provider-oci#2335): the program unmounts the data before.
  {
    on: ["replace"],
    downtime: "reboot",
    why: "the data is unmounted, and goes to the new machine; all that runs is made anew there",
  },
  { on: ["delete"], downtime: "data at risk", why: "its disks are taken from a running machine" },
  { properties: ["state"], downtime: "reboot", why: "it is off, and is switched on" },
  { properties: ["shape", "shapeConfig"], downtime: "reboot", why: "another size needs a restart" },
  { properties: ["displayName", "freeformTags", "definedTags"], downtime: "zero", why: "only a name" },
];

const ADDRESS_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: nobody knows it yet" },
  { on: ["delete"], when: isOneOfSeveral, downtime: "zero", why: "only its machine was reached by it" },
  {
    on: ["delete", "replace"],
    downtime: "brief stop",
    why: "the machine gets another address, and is found when the domain leads there",
  },
  {
    on: ["update"],
    properties: ["privateIpId"],
    downtime: "zero",
    why: "the same address leads to the machine that is to have it",
  },
];

const BLOCK_VOLUME_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: holds nothing yet" },
  { on: ["delete", "replace"], downtime: "data at risk", why: "the disk goes, with the data on it" },
  { properties: ["sizeInGbs"], downtime: "zero", why: "a disk grows while it is in use" },
];

/** The same volume is attached afterwards, to whichever machine. */
const keepsVolume = ({ before, after }: Change) =>
  isKnown(before.volumeId) && before.volumeId === after.volumeId;

const BLOCK_ATTACHMENT_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: holds nothing yet" },
  {
    on: ["replace"],
    when: keepsVolume,
    downtime: "reboot",
    why: "the data is unmounted before the disk is taken out, and is there again",
  },
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
