import { execFile } from "node:child_process";
import { delimiter, join, resolve } from "node:path";

/** The variable that names the directory of the SSH files of an engine elsewhere. */
export const SSH_DIRECTORY = "SLIPWAY_SSH_DIRECTORY";

/** Runs Docker's client, with a text on its standard input. Resolves with what it prints; rejects with its own words. */
export type Docker = (args: readonly string[], input?: string) => Promise<string>;

/** No call of ours takes longer on an engine that works; one that hangs must not hold a deploy. */
const CALL_MS_MAX = 120_000;
const OUTPUT_BYTES_MAX = 64 * 2 ** 20;

/** The client's environment: it can be told no options for ssh, so the stack's own stands first in PATH. */
export function clientEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (!env[SSH_DIRECTORY]) return env;
  const directory = resolve(env[SSH_DIRECTORY]);
  return { ...env, [SSH_DIRECTORY]: directory, PATH: join(directory, "bin") + delimiter + (env.PATH ?? "") };
}

/** What a call has printed. A container's log has two streams, and both count; elsewhere the second has warnings. */
function printed([, verb]: readonly string[], stdout: string, stderr: string): string {
  return verb === "logs" ? stdout + stderr : stdout || stderr;
}

/** Docker's client for the engine that an environment names: DOCKER_HOST, and SLIPWAY_SSH_DIRECTORY for one over SSH. */
export function dockerWith(env: NodeJS.ProcessEnv, { callMsMax = CALL_MS_MAX } = {}): Docker {
  const options = { timeout: callMsMax, killSignal: "SIGKILL", maxBuffer: OUTPUT_BYTES_MAX } as const;
  return (args, input = "") =>
    new Promise((resolve, reject) => {
      const done = (error: Error | null, stdout: string, stderr: string) =>
        error ? reject(error) : resolve(printed(args, stdout, stderr));
      const child = execFile("docker", [...args], { ...options, env: clientEnvironment(env) }, done);
      // It may end before it has read what it is given; its exit code tells.
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
}

export const docker: Docker = (args, input) => {
  return dockerWith(process.env)(args, input);
};
