import { spawn } from "node:child_process";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { EngineAway, engineAt } from "../../infra/swarm/engine-call.ts";
import { WITHOUT_LOCK } from "../change-command.ts";
import { OperatorError } from "../operator-error.ts";
import { sshEnvironment } from "../ssh-environment.ts";
import { acquireLock } from "./acquire-lock.ts";
import { removeLock } from "./deploy-lock.ts";
import { forgetHolders, isRunning, LOCK_VARIABLE, noteHolder } from "./lock-holders.ts";
import { type LockPlace, lockPlace } from "./lock-place.ts";
import { type LockTarget, localEngine } from "./lock-target.ts";

export type HoldArgs = {
  root: string;
  stack: string;
  target: LockTarget;
  /** What this process is about to do, as in `pulumi up`. */
  command: string;
  /** Where the engine has a place for the lock, for whoever has asked it already. */
  place?: LockPlace;
  say(line: string): void;
};

/** Gives a held lock back at once; one that is not given back goes when this process ends, however that happens. */
export type Release = () => Promise<void>;

const nothingToGiveBack: Release = async () => {};

function startKeeper(root: string, host: string, id: string, env: NodeJS.ProcessEnv): void {
  const keeper = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), root, host, id], {
    ...{ detached: true, stdio: "ignore", env },
  });
  keeper.unref();
}

function cannotTell({ stack, command }: HoldArgs, reason: string): OperatorError {
  // A rollback needs the engine in any case.
  const flag = /^pulumi (?!stack )/.test(command)
    ? ` Where this very change is what lets it answer, as another address in oracle/adminCidrs or another machine: ${WITHOUT_LOCK}.`
    : "";
  return new OperatorError(
    `${reason}\nWhether somebody else changes stack ${stack} cannot be told, so nothing was changed. Have its engine answer, and run the same again.${flag}`,
  );
}

/**
 * Holds a stack's deploy lock for as long as this process runs, and for what it turns into by exec: two operators never
 * change one stack at once. The lock is on the target itself. A child of a process that holds it is covered already. An
 * engine that is in no swarm has nobody's lock. Throws an OperatorError, with nothing changed, where the lock cannot be
 * had, or where it cannot be told who has it.
 */
export async function holdDeployLock(args: HoldArgs): Promise<Release> {
  const { root, stack, target, command, say } = args;
  const inherited = process.env[LOCK_VARIABLE];
  if (inherited) {
    noteHolder(root, inherited, process.pid);
    return nothingToGiveBack;
  }
  const env = sshEnvironment(root, stack);
  const call = engineAt(target.host, env);
  const holder = { owner: userInfo().username, host: hostname(), pid: process.pid, command };
  try {
    const place = args.place ?? (await lockPlace(call));
    if (place.state === "nowhere") return nothingToGiveBack;
    if (place.state === "away") throw new EngineAway(place.reason);
    const { namePrefix } = target;
    const id = await acquireLock({ call, stack, namePrefix, holder, isRunning, say });
    noteHolder(root, id, process.pid);
    process.env[LOCK_VARIABLE] = id;
    startKeeper(root, target.host, id, env);
    return async () => {
      delete process.env[LOCK_VARIABLE];
      // Where that fails, the keeper tries on when this process has ended.
      await removeLock(call, id).then(
        () => forgetHolders(root, id),
        () => {},
      );
    };
  } catch (error) {
    throw error instanceof EngineAway ? cannotTell(args, error.message) : error;
  }
}

/** {@link holdDeployLock} of this machine's own stack. */
export function holdLocalLock(
  root: string,
  namePrefix: string,
  command: string,
  say: HoldArgs["say"],
): Promise<Release> {
  const target = { host: localEngine(process.env), namePrefix };
  return holdDeployLock({ root, stack: "local", target, command, say });
}
