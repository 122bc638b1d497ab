import { setTimeout as sleep } from "node:timers/promises";
import { EnvironmentError, EXIT_BAD_CONFIGURATION } from "./env.ts";

/** The stop grace of the services is longer than this; a supervisor that kills is not waited for. */
export const SHUTDOWN_MAX_MS = 28_000;

export interface Running {
  /** Stops taking work, finishes what is under way, closes everything. */
  stop(): Promise<void>;
  /** Writes gathered log lines. */
  flush(): void;
}

/**
 * Starts a process and ties it to its signals: the first SIGTERM or SIGINT stops it, the second ends it at once.
 * A signal during the start is heeded when the start is over: as a container's first process, nobody else would.
 */
export async function runProcess(start: () => Promise<Running>): Promise<void> {
  let running: Running | undefined;
  let signals = 0;
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  const onSignal = (signal: NodeJS.Signals) => {
    signals += 1;
    if (signals > 1) exit(running, signal === "SIGINT" ? 130 : 143);
    ask();
  };
  process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  try {
    running = await start();
  } catch (error) {
    fail(error);
  }
  await asked;
  exit(running, await stop(running));
}

/** Prints what is wrong, without a stack for what the operator can mend, and ends the process. */
export function fail(error: unknown): never {
  const isConfiguration = error instanceof EnvironmentError;
  const text =
    error instanceof Error && !isConfiguration
      ? (error.stack ?? error.message)
      : String((error as Error).message);
  process.stderr.write(`${text}\n`);
  process.exit(isConfiguration ? EXIT_BAD_CONFIGURATION : 1);
}

async function stop(running: Running): Promise<number> {
  const late = sleep(SHUTDOWN_MAX_MS, "late", { ref: false });
  try {
    return (await Promise.race([running.stop().then(() => "stopped"), late])) === "late" ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return 1;
  }
}

function exit(running: Running | undefined, code: number): never {
  running?.flush();
  process.exit(code);
}
