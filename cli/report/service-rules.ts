import { type Change, type Inputs, isKnown } from "./preview.ts";
import { type Json, valueAt } from "./property-path.ts";
import type { Rules } from "./rule.ts";

function listAt(inputs: Inputs, path: string): { [name: string]: Json }[] {
  const list = valueAt(inputs, path);
  return Array.isArray(list) ? (list as { [name: string]: Json }[]) : [];
}

type Mount = { [name: string]: Json };

function volumesOf(inputs: Inputs): Mount[] {
  return listAt(inputs, "taskSpec.containerSpec.mounts").filter(({ type }) => type === "volume");
}

/**
 * Whether a mount may be of a volume. While its engine cannot be known, nor can the names of its volumes: what will be
 * at the same place may be the same, and whether the volume itself goes is told by its own change.
 */
const mayHave = (volume: Mount) => (mount: Mount) =>
  isKnown(mount.source) ? mount.source === volume.source : mount.target === volume.target;

const losesVolume = ({ before, after }: Change) =>
  volumesOf(before).some((volume) => !volumesOf(after).some(mayHave(volume)));

const hasNoReplica = ({ after }: Change) => valueAt(after, "mode.replicated.replicas") === 0;

/** A port of the machine itself has one owner at a time. */
const holdsPort = ({ before, after }: Change) =>
  [before, after].some((inputs) =>
    listAt(inputs, "endpointSpec.ports").some(({ publishMode }) => publishMode === "host"),
  );

/** The engine's own default, where none is asked for, is stop-first. */
const isStopFirst = ({ after }: Change) => valueAt(after, "updateConfig.order") !== "start-first";

const CONTAINERS = ["taskSpec", "endpointSpec"];

/** What a change to a service of the swarm does. */
export const SERVICE_RULES: Rules = [
  {
    on: ["update", "replace"],
    when: losesVolume,
    downtime: "data at risk",
    why: "it would start without the volume that it has now",
  },
  { on: ["create"], downtime: "zero", why: "new: nothing runs yet that could stop" },
  { on: ["delete"], downtime: "brief stop", why: "it ends: whoever still calls it is refused" },
  { on: ["replace"], downtime: "brief stop", why: "it ends, and is made anew" },
  {
    properties: ["mode"],
    when: hasNoReplica,
    downtime: "brief stop",
    why: "no replica is left to answer",
  },
  { properties: ["mode"], downtime: "zero", why: "only the number of replicas changes" },
  {
    properties: CONTAINERS,
    when: holdsPort,
    downtime: "brief stop",
    why: "it owns a port of the machine: the old container stops before the new one starts",
  },
  {
    properties: CONTAINERS,
    when: isStopFirst,
    downtime: "brief stop",
    why: "stop-first: the old container stops before the new one starts",
  },
  {
    properties: CONTAINERS,
    downtime: "zero",
    why: "start-first: each old container stops when its successor is healthy",
  },
  {
    properties: ["updateConfig", "rollbackConfig", "convergeConfig", "labels"],
    downtime: "zero",
    why: "a rule for later updates: no container restarts",
  },
];
