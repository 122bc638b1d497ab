import { execFile } from "node:child_process";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** The variable that names the directory of the SSH files of an engine elsewhere. */
export const SSH_DIRECTORY = "SLIPWAY_SSH_DIRECTORY";

/** Runs Docker's client. Resolves with what it prints; rejects with its own words. */
export type Docker = (args: readonly string[]) => Promise<string>;

/** The client's environment: it can be told no options for ssh, so the stack's own stands first in PATH. */
export function clientEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const directory = env[SSH_DIRECTORY];
  return directory ? { ...env, PATH: join(directory, "bin") + delimiter + (env.PATH ?? "") } : env;
}

export const docker: Docker = async (args) => {
  const { stdout, stderr } = await execute("docker", [...args], { env: clientEnvironment(process.env) });
  return stdout || stderr;
};
