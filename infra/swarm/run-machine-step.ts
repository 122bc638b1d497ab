import { spawn } from "node:child_process";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { isFinal, type MachineStepSpec, scriptText } from "./machine-step-spec.ts";
import { SSH_FILES } from "./ssh-config.ts";

/** How a command on a machine ended. */
export type Ended = { exitCode: number; stdout: string; stderr: string };

/** Runs a command on the step's machine; lines that it writes to stderr are told as they come. */
export type Ssh = (args: readonly string[], input: string, line: (text: string) => void) => Promise<Ended>;

const RETRY_MS = 2_000;
const PROGRESS_EVERY = 8;
const LINES_SHOWN_MAX = 40;
/** How long a machine is looked for that something should be undone on. */
const UNDO_CONNECT_SECONDS_MAX = 20;

export type MachineStepOptions = {
  ssh?: Ssh;
  /** Shows a line of progress. */
  tell?: (line: string) => void;
  undoConnectSecondsMax?: number;
};

/** Runs the real ssh with the stack's own configuration. */
export function sshTo({ sshDirectory, host }: MachineStepSpec): Ssh {
  return (args, input, line) =>
    new Promise((resolve, reject) => {
      const child = spawn("ssh", ["-F", join(sshDirectory, SSH_FILES.config), host, ...args]);
      const text = { stdout: "", stderr: "" };
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text.stdout += chunk;
      });
      child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
        text.stderr += chunk;
        for (const one of chunk.split("\n").filter(Boolean)) line(one);
      });
      child.stdin.on("error", () => {}).end(input);
      child.once("error", reject);
      child.once("close", (code) => resolve({ ...text, exitCode: code ?? 1 }));
    });
}

/** Waits until a machine lets us in. Resolves with the reason when it does not within the time. */
export async function reach(
  spec: Pick<MachineStepSpec, "host" | "connectSecondsMax">,
  ssh: Ssh,
  tell: (line: string) => void,
): Promise<string | undefined> {
  const started = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    const { exitCode, stderr } = await ssh(["true"], "", () => {});
    if (exitCode === 0) return undefined;
    const reason = stderr.trim().split("\n").at(-1) ?? "no answer";
    const seconds = Math.round((Date.now() - started) / 1_000);
    if (isFinal(stderr)) return stderr.trim();
    if (seconds >= spec.connectSecondsMax) return `not reached within ${spec.connectSecondsMax} s: ${reason}`;
    if (attempt % PROGRESS_EVERY === 1) tell(`waiting for SSH at ${spec.host} (${seconds} s): ${reason}`);
    await sleep(RETRY_MS);
  }
}

/**
 * Does a step on its machine, and resolves with what its script prints. Creating waits for the machine and rejects with
 * the script's last lines when it fails; deleting lets a machine be that cannot be reached, since it may be gone.
 */
export async function runMachineStep(
  which: "create" | "delete",
  spec: MachineStepSpec,
  options: MachineStepOptions = {},
): Promise<string> {
  const { ssh = sshTo(spec), tell = (line) => void process.stderr.write(`${line}\n`) } = options;
  const script = spec[which];
  if (!script) return "";
  const { undoConnectSecondsMax = UNDO_CONNECT_SECONDS_MAX } = options;
  const connectSecondsMax = which === "create" ? spec.connectSecondsMax : undoConnectSecondsMax;
  const unreached = await reach({ host: spec.host, connectSecondsMax }, ssh, tell);
  if (unreached && which === "delete") {
    tell(`${spec.host} cannot be reached, so nothing is undone on it: ${unreached}`);
    return "";
  }
  if (unreached) throw new Error(`${spec.host}: ${unreached}`);
  const command = ["sudo", "timeout", String(spec.timeoutSeconds), "sh", "-s"];
  const { exitCode, stdout, stderr } = await ssh(command, scriptText(script, spec.variables), tell);
  if (exitCode === 0) return stdout;
  const why = exitCode === 124 ? `not done within ${spec.timeoutSeconds} s` : `exit status ${exitCode}`;
  const lines = `${stdout}\n${stderr}`.trim().split("\n").slice(-LINES_SHOWN_MAX);
  throw new Error(`${spec.host}: ${why}:\n${lines.join("\n")}`);
}

if (import.meta.main) {
  try {
    const which = process.argv[2] === "delete" ? "delete" : "create";
    process.stdout.write(await runMachineStep(which, (await json(process.stdin)) as MachineStepSpec));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
