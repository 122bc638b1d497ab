import { clientEnvironment, type Docker, dockerWith } from "../infra/swarm/docker-client.ts";
import { type LockTarget, lockTarget } from "./lock/lock-target.ts";
import { OperatorError } from "./operator-error.ts";
import { sshEnvironment } from "./ssh-environment.ts";

/** The engine that a stack runs on, as an operator's machine reaches it by Docker's own client. */
export type StackEngine = {
  stack: string;
  /** The start of the stack's names there. */
  namePrefix: string;
  /** As in DOCKER_HOST. */
  host: string;
  /** The client's whole environment. */
  env: NodeJS.ProcessEnv;
  docker: Docker;
};

/** Docker's client, whose own words are what an operator is told. */
function clientOf(env: NodeJS.ProcessEnv): Docker {
  const docker = dockerWith(env);
  return (args, input) =>
    docker(args, input).catch((error: Error) => {
      throw new OperatorError(error.message.replace(/^Command failed: .*\n/, "").trim());
    });
}

/** Finds a stack's engine. Throws an OperatorError where the stack has none. */
export async function stackEngine(root: string, stack: string): Promise<StackEngine> {
  const target = await lockTarget(root, stack, process.env);
  if (!target)
    throw new OperatorError(`Stack ${stack} has no engine yet: npx pulumi up --stack ${stack} makes it.`);
  return engineOf(root, stack, target);
}

/** The engine of a stack that is known to be there. */
export function engineOf(root: string, stack: string, { host, namePrefix }: LockTarget): StackEngine {
  const env = { ...sshEnvironment(root, stack), DOCKER_HOST: host };
  return { stack, namePrefix, host, env: clientEnvironment(env), docker: clientOf(env) };
}
