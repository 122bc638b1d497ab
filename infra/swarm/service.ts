import { Service } from "@pulumi/docker/service.js";
import type * as inputs from "@pulumi/docker/types/input.js";
import * as pulumi from "@pulumi/pulumi";
import { contentHash, labelsOf, nameIn } from "./names.ts";
import type { ContainerArgs, HealthCheck, MountedFile } from "./service-args.ts";

export type RunServiceArgs = ContainerArgs & {
  replicas: number;
  health: HealthCheck;
  /** How the old container gives way: start-first loses no request; stop-first is for data, which has one owner. */
  updateOrder: "start-first" | "stop-first";
  /** Between the signal to stop and the end by force. */
  stopGraceSeconds: number;
  /** Signal that means "stop"; SIGTERM where none is given. */
  stopSignal?: string;
  /** Ports on the machine's own address, by port in the container. */
  publish?: Readonly<Record<number, number>>;
  /** Whether its volumes are on the machine with the published ports, and not where the data is. */
  besideDoor?: boolean;
};

const MIB = 2 ** 20;

/** Every container has somewhere to write its temporary files, and nowhere else but its volumes. */
const HOUSE_TMPFS_MB = { "/tmp": 64 };

/** Three files of 10 MB each per container; older lines go. */
const LOG_DRIVER = { name: "json-file", options: { "max-file": "3", "max-size": "10m" } };

function fileReference({ source, path }: MountedFile, user: number, mode: number) {
  return { name: source.name, fileName: path, fileUid: `${user}`, fileGid: `${user}`, fileMode: mode };
}

function mounts({
  tmpfsMb,
  volumes,
  readOnlyVolumes,
}: RunServiceArgs): inputs.ServiceTaskSpecContainerSpecMount[] {
  return [
    ...Object.entries({ ...HOUSE_TMPFS_MB, ...tmpfsMb }).map(([target, sizeMb]) => ({
      type: "tmpfs",
      target,
      tmpfsOptions: { sizeBytes: sizeMb * MIB },
    })),
    ...Object.entries(volumes ?? {}).map(([target, source]) => ({ type: "volume", target, source })),
    ...Object.entries(readOnlyVolumes ?? {}).map(([target, source]) => ({
      ...{ type: "volume", target, source },
      readOnly: true,
    })),
  ];
}

/** A duration as the engine tells it back: 90 seconds are `1m30s`. Another spelling would be a change at every `up`. */
export function goDuration(seconds: number): string {
  const parts = { h: Math.floor(seconds / 3_600), m: Math.floor((seconds % 3_600) / 60), s: seconds % 60 };
  const told = Object.entries(parts).filter(([, count]) => count > 0);
  return told.map(([unit, count]) => `${count}${unit}`).join("") || "0s";
}

function healthcheck({ command, intervalSeconds, startSeconds }: HealthCheck) {
  return {
    tests: ["CMD", ...command],
    interval: goDuration(intervalSeconds),
    timeout: "5s",
    retries: 3,
    startPeriod: goDuration(startSeconds),
  };
}

function files(args: RunServiceArgs) {
  return {
    secrets: (args.secrets ?? []).map((file) => {
      const { name, ...reference } = fileReference(file, args.user, 0o400);
      return { secretId: file.source.id, secretName: name, ...reference };
    }),
    configs: (args.configs ?? []).map((file) => {
      const { name, ...reference } = fileReference(file, args.user, 0o444);
      return { configId: file.source.id, configName: name, ...reference };
    }),
  };
}

function containerSpec(args: RunServiceArgs): inputs.ServiceTaskSpecContainerSpec {
  return {
    image: args.image,
    ...(args.args ? { args: [...args.args] } : {}),
    user: `${args.user}:${args.user}`,
    ...(args.env ? { env: { ...args.env } } : {}),
    readOnly: true,
    capDrops: ["ALL"],
    mounts: mounts(args),
    ...files(args),
    healthcheck: healthcheck(args.health),
    stopGracePeriod: goDuration(args.stopGraceSeconds),
    ...(args.stopSignal ? { stopSignal: args.stopSignal } : {}),
    labels: labelsOf(args.scope),
  };
}

function taskSpec(args: RunServiceArgs): inputs.ServiceTaskSpec {
  return {
    containerSpec: containerSpec(args),
    resources: {
      limits: { memoryBytes: args.limits.memoryMb * MIB, nanoCpus: Math.round(args.limits.cpus * 1e9) },
    },
    restartPolicy: { condition: "any", delay: "2s", window: "0s" },
    logDriver: LOG_DRIVER,
    networksAdvanceds: args.networks.map(({ network, aliases }) => ({
      id: network.id,
      aliases: [...aliases],
    })),
    ...placement(args),
  };
}

/** Data is on one machine, and so is the address that people know. Everything else may run anywhere. */
function pins({ scope, volumes, publish, besideDoor }: RunServiceArgs): string[] {
  const { data, door } = scope.placement ?? {};
  const withData = data && volumes && !besideDoor ? [data] : [];
  return [...withData, ...(door && (publish || besideDoor) ? [door] : [])];
}

/** A service that says nothing here would keep what it was once told: the provider has it so. */
function placement(args: RunServiceArgs) {
  const { placement } = args.scope;
  if (!placement) return {};
  const pinned = pins(args);
  return { placement: { constraints: pinned.length > 0 ? pinned : [placement.others] } };
}

/** Swarm moves nothing by itself to a machine that is new: what may run anywhere is started anew for it. */
function machinesFor(args: RunServiceArgs): number | undefined {
  return pins(args).length > 0 ? undefined : args.scope.placement?.machines;
}

/** One container at a time; the first that does not get healthy, or dies within the monitored time, undoes it all. */
function updateRule(order: RunServiceArgs["updateOrder"], failureAction: "rollback" | "pause") {
  return { parallelism: 1, delay: "0s", order, failureAction, monitor: "5s", maxFailureRatio: "0.0" };
}

/**
 * The variable of every container that stands for all that its service was asked to be: so that it can be told which
 * containers are of which release. Not a label: the provider replaces a service whose labels change.
 */
export const SPEC_VARIABLE = "SLIPWAY_SPEC";

function serviceSpec(args: RunServiceArgs) {
  return {
    taskSpec: taskSpec(args),
    mode: { replicated: { replicas: args.replicas } },
    updateConfig: updateRule(args.updateOrder, "rollback"),
    rollbackConfig: updateRule(args.updateOrder, "pause"),
    endpointSpec: {
      mode: "dnsrr",
      ports: Object.entries(args.publish ?? {}).map(([target, published]) => ({
        targetPort: Number(target),
        publishedPort: published,
        publishMode: "host",
        protocol: "tcp",
      })),
    },
  };
}

/** Data is waited for, since others need it. For all others the release waits, and takes all of them back. */
function isAwaitedByRelease({ scope, updateOrder, volumes }: RunServiceArgs): boolean {
  const isData = updateOrder === "stop-first" && volumes !== undefined;
  return scope.release !== undefined && !isData;
}

/**
 * Another try starts what changes without a lost request anew. What stops first, as the door does, is let be: where it
 * was put back, the release itself asks for it again.
 */
function attemptOf({ scope, updateOrder }: RunServiceArgs): number | undefined {
  return updateOrder === "start-first" ? scope.release?.attempt : undefined;
}

/** A service comes after its release has begun; where it is waited for by itself, it tells its release that it failed. */
function optionsOf(args: RunServiceArgs, opts: pulumi.CustomResourceOptions): pulumi.CustomResourceOptions {
  const { release } = args.scope;
  if (!release) return opts;
  const hooks = isAwaitedByRelease(args) ? {} : { hooks: { onError: [release.onFailure] } };
  return pulumi.mergeOptions(opts, { dependsOn: release.begun, ...hooks });
}

/**
 * Runs containers for as long as the stack is up, by the rules of the house: image by digest, not root, read-only root
 * file system, no capabilities, limits, capped logs, secrets as files, health-gated updates that roll back by
 * themselves. Resolves when all replicas are healthy, or the release waits for that; else fails with the last lines of
 * the container's log. File-descriptor limits are the engine's: see docs/decisions/file-descriptors.md.
 */
export function runService(name: string, args: RunServiceArgs, opts: pulumi.CustomResourceOptions): Service {
  const { scope } = args;
  const asked = { ...serviceSpec(args), attempt: attemptOf(args), machines: machinesFor(args) };
  const spec = pulumi.jsonStringify(asked).apply(contentHash);
  const service = new Service(
    name,
    {
      name: nameIn(scope, name),
      labels: labelsOf(scope),
      ...serviceSpec({ ...args, env: { ...args.env, [SPEC_VARIABLE]: spec } }),
      ...(isAwaitedByRelease(args) ? {} : { convergeConfig: { delay: "1s", timeout: "3m" } }),
    },
    optionsOf(args, opts),
  );
  scope.release?.join(service, { name: nameIn(scope, name), spec });
  return service;
}
