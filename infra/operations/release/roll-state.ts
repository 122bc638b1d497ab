import { askedOf, isRunning, type LiveService, type LiveTask } from "./live-services.ts";

/** How far a service is on its way to what it was asked to be. */
export type RollState =
  | { state: "waiting"; for: string; hasExtra?: true }
  | { state: "done" }
  | { state: "failed"; reason: string; task?: string };

const ENDED = new Set(["failed", "rejected", "complete", "orphaned"]);

/** A service that is new has no version before that Swarm could go back to: it would try for ever. */
const FAILURES_MAX = 3;

function failureOf({ Status }: LiveTask): string {
  return Status.Err || Status.Message || Status.State;
}

/** Containers of what was asked that ended by themselves since the release began, the newest first. */
export function endedTasks(tasks: readonly LiveTask[], asked: string, sinceMs: number): LiveTask[] {
  return tasks.filter(
    (task) =>
      askedOf(task.Spec.ContainerSpec) === asked &&
      ENDED.has(task.Status.State) &&
      // The engine's clock is read in whole seconds.
      Date.parse(task.CreatedAt) >= sinceMs - 1_000,
  );
}

function failed(reason: string, task: LiveTask | undefined): RollState {
  return task
    ? { state: "failed", reason: `${reason} (${failureOf(task)})`, task: task.ID }
    : { state: "failed", reason };
}

/**
 * Judges a service by what the engine says of it and its tasks. `asked` stands for what it should be; containers that
 * ended before `sinceMs` say nothing about this release.
 */
export function rollState(
  service: LiveService | undefined,
  tasks: readonly LiveTask[],
  { asked, sinceMs }: { asked: string; sinceMs: number },
): RollState {
  if (!service) return { state: "failed", reason: "it is not there" };
  const ended = endedTasks(tasks, asked, sinceMs);
  const update = service.UpdateStatus?.State;
  if (askedOf(service.Spec.TaskTemplate.ContainerSpec) !== asked) {
    return update?.startsWith("rollback_")
      ? failed("it did not stay healthy, and Swarm has taken it back", ended[0])
      : failed("it is not what this release asks for", undefined);
  }
  const replicas = service.Spec.Mode.Replicated?.Replicas ?? 0;
  const running = tasks.filter(isRunning);
  const right = running.filter(({ Spec }) => askedOf(Spec.ContainerSpec) === asked);
  const rest =
    right.length === replicas ? "all healthy, watched by Swarm" : `${right.length} of ${replicas} healthy`;
  const waiting: RollState = { state: "waiting", for: rest };
  // While it updates a service, Swarm itself deals with one that ends.
  if (update === "updating") return waiting;
  if (ended.length >= (update ? 1 : FAILURES_MAX)) return failed("its container ended", ended[0]);
  if (right.length > replicas) return { ...waiting, hasExtra: true };
  return right.length === replicas && running.length === replicas ? { state: "done" } : waiting;
}
