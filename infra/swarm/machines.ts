import * as pulumi from "@pulumi/pulumi";
import { machineStep } from "./machine-step.ts";
import {
  type Member,
  renderAdmitScript,
  renderDismissScript,
  renderManagerScript,
  renderRosterScript,
  renderUnmountScript,
  renderWorkerScript,
  TOKEN_LINE,
} from "./member-scripts.ts";

/** A machine that is to be a node of the swarm. */
export type SwarmMachine = {
  /** As a node of the swarm, and as the stack's SSH files know it. */
  name: string;
  /** Directory of the stack's SSH files, once they know this machine. */
  sshDirectory: pulumi.Input<string>;
  privateIp: string;
  instance: pulumi.Resource;
  instanceId: pulumi.Input<string>;
};

/** The attached data volume of the manager. */
export type DataVolume = {
  attachment: pulumi.CustomResource;
  /** Where it is mounted. */
  directory: string;
  sizeGb: number;
  /** The script that makes it fit to use after either has changed. */
  ready: string;
};

export type SwarmMachinesArgs = {
  member: Member;
  /** Who may log in, one OpenSSH public key each. */
  authorizedKeys: pulumi.Input<readonly string[]>;
  manager: SwarmMachine;
  workers: readonly SwarmMachine[];
  data: DataVolume;
};

const READY_SECONDS_MAX = 1_500;

/** Machines of one swarm, ready to run services. The first leads and has the data. */
export class SwarmMachines extends pulumi.ComponentResource {
  /** Everything that must be there before a service can be. */
  readonly ready: pulumi.Resource[];
  /** What makes the first machine the leader. It goes with that machine. */
  readonly lead: pulumi.Resource;

  constructor(name: string, args: SwarmMachinesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:swarm:SwarmMachines", name, {}, opts);
    const disk = releaseOfDisk(args, { parent: this });
    const manager = managerStep(args, { parent: this, dependsOn: [disk] });
    const token = manager.stdout.apply(workerToken);
    const workers = args.workers.map((worker) => {
      const joined = workerStep(worker, token, args, { parent: this });
      return admission(worker, args, { parent: this, dependsOn: [joined, manager] });
    });
    const roster = rosterStep(args, { parent: this, dependsOn: [manager, ...workers] });
    this.lead = manager;
    this.ready = [manager, ...workers, roster];
    this.registerOutputs({});
  }
}

/** The token in what the manager's script has printed. */
export function workerToken(printed: string): string {
  const line = printed.split("\n").find((one) => one.startsWith(`${TOKEN_LINE} `));
  if (!line) throw new Error("The first machine printed no token for others to join with");
  return line.slice(TOKEN_LINE.length + 1).trim();
}

function stepArgs(
  { name: host, instanceId, sshDirectory }: SwarmMachine,
  { authorizedKeys }: Pick<SwarmMachinesArgs, "authorizedKeys">,
) {
  const keys = pulumi.output(authorizedKeys).apply((all) => all.join("\n"));
  return { sshDirectory, host, instanceId, keys };
}

/**
 * Does nothing but when the volume has to go: then it unmounts it first, since a file system that loses its disk while
 * it is written can break.
 */
function releaseOfDisk(args: SwarmMachinesArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const { host, instanceId, sshDirectory } = stepArgs(args.manager, args);
  const { attachment, directory } = args.data;
  return machineStep(
    `${args.manager.name}-disk`,
    {
      ...{ host, instanceId, sshDirectory },
      variables: { INSTANCE: instanceId },
      create: "true",
      delete: renderUnmountScript(directory),
      timeoutSeconds: 180,
    },
    { ...opts, dependsOn: [attachment], replaceWith: [attachment] },
  );
}

function managerStep(args: SwarmMachinesArgs, opts: pulumi.CustomResourceOptions) {
  const { keys, ...step } = stepArgs(args.manager, args);
  const disk = pulumi.interpolate`${args.data.attachment.id} ${args.data.sizeGb}`;
  return machineStep(
    `${args.manager.name}-swarm`,
    {
      ...step,
      // The last is for no script: another disk, or a larger one, has the step done again.
      variables: { AUTHORIZED_KEYS: keys, ADDRESS: args.manager.privateIp, DISK: disk },
      create: renderManagerScript(args.member, args.data.ready),
      timeoutSeconds: READY_SECONDS_MAX,
    },
    opts,
  );
}

function workerStep(
  worker: SwarmMachine,
  token: pulumi.Output<string>,
  args: SwarmMachinesArgs,
  opts: pulumi.CustomResourceOptions,
) {
  const { keys, ...step } = stepArgs(worker, args);
  const { privateIp: manager } = args.manager;
  return machineStep(
    `${worker.name}-swarm`,
    {
      ...step,
      variables: { AUTHORIZED_KEYS: keys, ADDRESS: worker.privateIp, MANAGER: manager, TOKEN: token },
      create: renderWorkerScript(args.member),
      timeoutSeconds: READY_SECONDS_MAX,
    },
    opts,
  );
}

/** Who is to be in the swarm. Others get no more work, so that nothing is started where it would have to leave again. */
function rosterStep(args: SwarmMachinesArgs, opts: pulumi.CustomResourceOptions) {
  const { manager, workers } = args;
  const { name: host, sshDirectory, instanceId } = manager;
  return machineStep(
    `${manager.name}-roster`,
    {
      ...{ host, sshDirectory, instanceId },
      variables: { NODES: [manager, ...workers].map(({ name }) => name).join(" ") },
      create: renderRosterScript(),
      timeoutSeconds: 60,
    },
    opts,
  );
}

/** A worker's place in the swarm, given and taken by the manager: what runs on it moves before it goes. */
function admission(worker: SwarmMachine, args: SwarmMachinesArgs, opts: pulumi.CustomResourceOptions) {
  const { name: host, sshDirectory } = args.manager;
  return machineStep(
    `${worker.name}-place`,
    {
      ...{ host, sshDirectory, instanceId: worker.instanceId },
      variables: { NODE: worker.name },
      create: renderAdmitScript(),
      delete: renderDismissScript(),
      timeoutSeconds: 240,
    },
    { ...opts, deletedWith: args.manager.instance },
  );
}
