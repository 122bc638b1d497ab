import { execa } from "execa";

/** What a Docker engine says of itself, as far as we ask. */
export interface DockerInfo {
  version: string;
  /** Where it keeps its data, on its own machine. */
  rootDirectory: string;
  swarm: { state: string; isManager: boolean };
}

/** Why an engine can't be used. */
export interface DockerFault {
  kind: "no-client" | "denied" | "unreachable";
  text: string;
}

const ANSWER_MS_MAX = 20_000;

type RawInfo = {
  ServerVersion?: string;
  ServerErrors?: string[];
  DockerRootDir?: string;
  Swarm?: { LocalNodeState?: string; ControlAvailable?: boolean };
};

/** Asks the engine that the docker client would use (DOCKER_HOST, its context, or the local socket). */
export async function dockerInfo(): Promise<DockerInfo | DockerFault> {
  const result = await execa("docker", ["info", "--format", "{{json .}}"], {
    reject: false,
    timeout: ANSWER_MS_MAX,
  });
  if (result.code === "ENOENT") return { kind: "no-client", text: "there is no docker client" };
  const raw = parseInfo(result.stdout);
  const text = raw?.ServerErrors?.join("; ") || result.stderr || result.shortMessage || "no answer";
  if (result.failed || !raw?.ServerVersion) {
    return { kind: /permission denied/i.test(text) ? "denied" : "unreachable", text: firstLine(text) };
  }
  return {
    version: raw.ServerVersion,
    rootDirectory: raw.DockerRootDir ?? "",
    swarm: {
      state: raw.Swarm?.LocalNodeState ?? "inactive",
      isManager: raw.Swarm?.ControlAvailable ?? false,
    },
  };
}

/** Whether an answer is a fault. */
export function isFault(answer: DockerInfo | DockerFault): answer is DockerFault {
  return "kind" in answer;
}

function parseInfo(text: string): RawInfo | undefined {
  try {
    return JSON.parse(text) as RawInfo;
  } catch {
    return undefined;
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n")[0] ?? "";
}
