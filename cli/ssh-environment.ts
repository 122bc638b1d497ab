import { existsSync } from "node:fs";
import { join } from "node:path";
import { SSH_DIRECTORY } from "../infra/swarm/docker-client.ts";
import { sshDirectory } from "../infra/swarm/ssh-access.ts";
import { SSH_FILES } from "../infra/swarm/ssh-config.ts";

/** This process's environment with the stack's own SSH files, where the program has written them on this machine. */
export function sshEnvironment(root: string, stack: string): NodeJS.ProcessEnv {
  const directory = sshDirectory(root, stack);
  const isWritten = existsSync(join(directory, SSH_FILES.config));
  return isWritten ? { ...process.env, [SSH_DIRECTORY]: directory } : process.env;
}
