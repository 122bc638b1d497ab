import { useSignal } from "@preact/signals";
import { useCallback } from "preact/hooks";
import { type ApiProblem, toProblem } from "../api/problem.ts";

export interface Action {
  readonly isBusy: boolean;
  readonly problem: ApiProblem | undefined;
  /** Runs the work unless it runs already. Never throws: a fault becomes `problem`. */
  readonly run: (work: () => Promise<void>) => Promise<void>;
  /** Forgets the last fault. */
  readonly clear: () => void;
}

/** Something a button does: whether it runs, and why it failed. */
export function useAction(): Action {
  const isBusy = useSignal(false);
  const problem = useSignal<ApiProblem | undefined>(undefined);
  const run = useCallback(async (work: () => Promise<void>) => {
    if (isBusy.peek()) return;
    isBusy.value = true;
    problem.value = undefined;
    try {
      await work();
    } catch (error) {
      if (!isAbort(error)) problem.value = toProblem(error);
    } finally {
      isBusy.value = false;
    }
  }, []);
  const clear = useCallback(() => {
    problem.value = undefined;
  }, []);
  return { isBusy: isBusy.value, problem: problem.value, run, clear };
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
