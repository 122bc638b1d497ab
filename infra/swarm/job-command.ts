/** A job as plain data: a container that runs once, by the rules of the house. */
export type JobSpec = {
  /** Name of the service in the engine. */
  name: string;
  image: string;
  args: readonly string[];
  user: number;
  memoryMb: number;
  cpus: number;
  env: Readonly<Record<string, string>>;
  /** Secrets and configs by their names in the engine, and where they are mounted. */
  secrets: readonly { source: string; path: string }[];
  configs: readonly { source: string; path: string }[];
  /** Volumes by path. */
  volumes?: Readonly<Record<string, string>>;
  /** Volumes that are only read, by path. */
  readOnlyVolumes?: Readonly<Record<string, string>>;
  /** Ids of networks. */
  networks: readonly string[];
  labels: Readonly<Record<string, string>>;
  /** Which machines it may run on; any where there is none. */
  constraint?: string;
  timeoutSeconds: number;
};

function mounted(flag: string, files: JobSpec["secrets"], user: number, mode: string): string[] {
  return files.flatMap(({ source, path }) => [
    flag,
    `source=${source},target=${path},uid=${user},gid=${user},mode=${mode}`,
  ]);
}

function pairs(flag: string, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [flag, `${name}=${value}`]);
}

function volumes(names: JobSpec["volumes"], more: string): string[] {
  return Object.entries(names ?? {}).flatMap(([path, name]) => [
    "--mount",
    `type=volume,source=${name},target=${path}${more}`,
  ]);
}

/** Docker's arguments that start a job. Nothing in them is secret: secrets are named, never given. */
export function createJobArguments(job: JobSpec): string[] {
  return [
    ["service", "create", "--quiet", "--detach", "--no-resolve-image"],
    ["--name", job.name, "--mode", "replicated-job", "--restart-condition", "none"],
    ["--user", `${job.user}:${job.user}`, "--read-only", "--cap-drop", "ALL"],
    ["--mount", "type=tmpfs,target=/tmp,tmpfs-size=64m"],
    volumes(job.volumes, ""),
    volumes(job.readOnlyVolumes, ",readonly"),
    ["--limit-memory", `${job.memoryMb}m`, "--limit-cpu", `${job.cpus}`],
    ["--log-driver", "json-file", "--log-opt", "max-size=10m", "--log-opt", "max-file=1"],
    ["--no-healthcheck"],
    pairs("--env", job.env),
    pairs("--label", job.labels),
    pairs("--container-label", job.labels),
    mounted("--secret", job.secrets, job.user, "0400"),
    mounted("--config", job.configs, job.user, "0444"),
    job.constraint ? ["--constraint", job.constraint] : [],
    job.networks.flatMap((network) => ["--network", network]),
    [job.image, ...job.args],
  ].flat();
}

/** Docker's arguments that tell the states of a job's tasks, one JSON object a line, the newest first. */
export function jobTasksArguments({ name }: Pick<JobSpec, "name">): string[] {
  return ["service", "ps", "--no-trunc", "--format", "{{json .}}", name];
}

/** A filter for the containers of a job, by the label that Swarm gives them. */
export function jobLabelFilter({ name }: Pick<JobSpec, "name">): string {
  return `label=com.docker.swarm.service.name=${name}`;
}

export type JobState = { state: "pending" | "complete" } | { state: "failed"; reason: string };

/** What the lines of {@link jobTasksArguments} mean for the job. */
export function jobState(lines: string): JobState {
  const [task] = lines
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { CurrentState: string; Error: string });
  if (!task) return { state: "pending" };
  const [state = ""] = task.CurrentState.split(" ");
  if (state === "Complete") return { state: "complete" };
  if (!["Failed", "Rejected", "Shutdown", "Orphaned", "Remove"].includes(state)) return { state: "pending" };
  return { state: "failed", reason: task.Error.replace(/^"|"$/g, "") || task.CurrentState };
}
