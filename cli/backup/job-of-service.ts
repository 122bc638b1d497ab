import type { JobSpec } from "../../infra/swarm/job-command.ts";

type MountedFile = { File: { Name: string } };

/** What the engine tells of a service, as far as a job takes it over. */
export type ServiceSpec = {
  Labels?: Record<string, string>;
  TaskTemplate: {
    ContainerSpec: {
      Image: string;
      User: string;
      Env?: string[];
      Mounts?: { Type: string; Source?: string; Target: string; ReadOnly?: boolean }[];
      Secrets?: (MountedFile & { SecretName: string })[];
      Configs?: (MountedFile & { ConfigName: string })[];
    };
    Resources: { Limits: { MemoryBytes: number; NanoCPUs: number } };
    Networks?: { Target: string }[];
    Placement?: { Constraints?: string[] };
  };
};

const MIB = 2 ** 20;

function environment(lines: readonly string[]): Record<string, string> {
  const parts = (line: string) => /^([^=]*)=(.*)$/s.exec(line)?.slice(1) ?? [line, ""];
  return Object.fromEntries(lines.map((line) => parts(line)));
}

function files({ ContainerSpec }: ServiceSpec["TaskTemplate"]): Pick<JobSpec, "secrets" | "configs"> {
  const { Secrets = [], Configs = [] } = ContainerSpec;
  return {
    secrets: Secrets.map(({ SecretName, File }) => ({ source: SecretName, path: File.Name })),
    configs: Configs.map(({ ConfigName, File }) => ({ source: ConfigName, path: File.Name })),
  };
}

/**
 * A job with everything that a running service has (image, secrets, volumes, networks, limits, place) and arguments of
 * its own. So an operator's machine needs none of the stack's settings or secrets to run one.
 */
export function jobOfService(
  { TaskTemplate: task, Labels = {} }: ServiceSpec,
  own: Pick<JobSpec, "name" | "args" | "timeoutSeconds">,
): JobSpec {
  const { Image: image, User, Env = [], Mounts = [] } = task.ContainerSpec;
  const volumes = (readOnly: boolean) =>
    Object.fromEntries(
      Mounts.filter(({ Type, ReadOnly = false }) => Type === "volume" && ReadOnly === readOnly).map(
        ({ Source = "", Target }) => [Target, Source],
      ),
    );
  const [constraint] = task.Placement?.Constraints ?? [];
  return {
    ...{ ...own, ...files(task), image, labels: Labels, env: environment(Env) },
    user: Number(User.split(":")[0]),
    memoryMb: Math.round(task.Resources.Limits.MemoryBytes / MIB),
    cpus: task.Resources.Limits.NanoCPUs / 1e9,
    volumes: volumes(false),
    readOnlyVolumes: volumes(true),
    networks: (task.Networks ?? []).map(({ Target }) => Target),
    ...(constraint === undefined ? {} : { constraint }),
  };
}
