import { MACHINE_RULES } from "./machine-rules.ts";
import type { Rules } from "./rule.ts";
import { SERVICE_RULES } from "./service-rules.ts";

const FILE_RULES: Rules = [
  { downtime: "zero", why: "services move to new content by their own update, listed for itself" },
];

const IMAGE_RULES: Rules = [{ downtime: "zero", why: "nothing runs from it before a service names it" }];

const JOB_RULES: Rules = [{ downtime: "zero", why: "a job: runs once, beside the services" }];

const VOLUME_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: holds nothing yet" },
  {
    on: ["delete", "replace"],
    when: ({ isRetained }) => isRetained,
    downtime: "data at risk",
    why: "the stack would go on without this volume; its data stays in the engine, unused",
  },
  { on: ["delete", "replace"], downtime: "data at risk", why: "the volume goes, with the data in it" },
  {
    // What an engine that is not known yet would make of it: a replacement.
    properties: ["name", "driver", "driverOpts"],
    downtime: "data at risk",
    why: "that would be another volume, with nothing in it",
  },
];

const NETWORK_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: nothing is on it yet" },
  { on: ["delete", "replace"], downtime: "brief stop", why: "services on it are cut off from one another" },
];

/** A plain container of the engine. The provider changes it in place only in what the engine can change as it runs. */
const CONTAINER_RULES: Rules = [
  { on: ["create"], downtime: "zero", why: "new: nothing runs yet that could stop" },
  {
    on: ["delete", "replace"],
    downtime: "brief stop",
    why: "it ends before it is made anew; services that run already go on",
  },
  {
    properties: ["memory", "memorySwap", "cpuShares", "cpuSet", "cpus", "restart", "maxRetryCount"],
    downtime: "zero",
    why: "limits change while it runs",
  },
  {
    properties: ["wait", "waitTimeout", "destroyGraceSeconds"],
    downtime: "zero",
    why: "only says how long the provider waits",
  },
];

const ENGINE_RULES: Rules = [
  {
    on: ["update", "replace"],
    properties: ["host"],
    downtime: "data at risk",
    why: "the stack would go on at another engine, which has none of its data",
  },
  { on: ["replace"], downtime: "brief stop", why: "all that it has made is made anew" },
  { downtime: "zero", why: "only how the engine is spoken to" },
];

/** Rules by the type of resource. A type that is not here is treated as a brief stop, and said to be unknown. */
export const RULES: Readonly<Record<string, Rules>> = {
  "docker:index/service:Service": SERVICE_RULES,
  "docker:index/volume:Volume": VOLUME_RULES,
  "docker:index/network:Network": NETWORK_RULES,
  "docker:index/container:Container": CONTAINER_RULES,
  "docker:index/secret:Secret": FILE_RULES,
  "docker:index/serviceConfig:ServiceConfig": FILE_RULES,
  "docker:index/remoteImage:RemoteImage": IMAGE_RULES,
  "docker:index/registryImage:RegistryImage": IMAGE_RULES,
  "docker:index/tag:Tag": IMAGE_RULES,
  "command:local:Command": JOB_RULES,
  "pulumi:providers:docker": ENGINE_RULES,
  "pulumi:providers:command": [{ downtime: "zero", why: "only who runs the jobs" }],
  ...MACHINE_RULES,
};
