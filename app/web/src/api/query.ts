import { type Signal, useSignal } from "@preact/signals";
import { useCallback, useEffect, useRef } from "preact/hooks";
import { afterPause, sleep } from "./pause.ts";
import { type ApiProblem, toProblem } from "./problem.ts";

/** What a view knows: nothing yet, the data (perhaps old, with the fault of the last try), or only a fault. */
export interface Query<Data> {
  readonly data: Data | undefined;
  readonly problem: ApiProblem | undefined;
  /** Reads again now. */
  readonly refresh: () => void;
}

interface Found<Data> {
  readonly data?: Data | undefined;
  readonly problem?: ApiProblem | undefined;
}

type Read<Data> = (signal: AbortSignal) => Promise<Data>;

/**
 * Reads on mount and whenever `key` changes, then again every `everyMs(data)` while the tab is seen; `undefined`
 * stops. Waits out a pause the API asked for. Data of another key is never shown.
 */
export function useQuery<Data>(
  key: string,
  read: Read<Data>,
  everyMs: (data: Data | undefined) => number | undefined = () => undefined,
): Query<Data> {
  const found = useSignal<Found<Data> & { key?: string }>({});
  const latest = useRef({ read, everyMs });
  latest.current = { read, everyMs };
  const wake = useRef(() => {});
  useEffect(() => {
    const controller = new AbortController();
    if (found.peek().key !== key) found.value = { key };
    void follow(key, latest, found, wake, controller.signal);
    return () => controller.abort();
  }, [key]);
  const refresh = useCallback(() => wake.current(), []);
  const current = found.value.key === key ? found.value : {};
  return { data: current.data, problem: current.problem, refresh };
}

async function follow<Data>(
  key: string,
  latest: { current: { read: Read<Data>; everyMs: (data: Data | undefined) => number | undefined } },
  found: Signal<Found<Data> & { key?: string }>,
  wake: { current: () => void },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const next = await readOnce(latest.current.read, signal);
    if (signal.aborted) return;
    const kept = found.peek().key === key ? found.peek().data : undefined;
    found.value = { key, data: next.data ?? kept, problem: next.problem };
    const waitMs = next.problem ? retryMs(next.problem) : latest.current.everyMs(next.data);
    await rest(waitMs, wake, signal);
  }
}

async function readOnce<Data>(read: Read<Data>, signal: AbortSignal): Promise<Found<Data>> {
  try {
    await afterPause(signal);
    return { data: await read(signal) };
  } catch (error) {
    return { problem: toProblem(error) };
  }
}

/** Answers that will not change by themselves are not asked for again. */
function retryMs({ status, retryAfterSeconds }: ApiProblem): number | undefined {
  if (status >= 400 && status < 500 && status !== 429) return undefined;
  return Math.max(3_000, (retryAfterSeconds ?? 0) * 1_000);
}

/** Until the time is over and the tab is seen, or somebody wants fresh data. */
async function rest(
  waitMs: number | undefined,
  wake: { current: () => void },
  signal: AbortSignal,
): Promise<void> {
  const { promise: woken, resolve } = Promise.withResolvers<void>();
  const stop = () => resolve();
  wake.current = stop;
  signal.addEventListener("abort", stop, { once: true });
  const rested = waitMs === undefined ? woken : sleep(waitMs, signal).then(whenSeen);
  await Promise.race([woken, rested.catch(() => {})]);
  // The signal lives as long as the view, which rests ten thousands of times a day.
  signal.removeEventListener("abort", stop);
}

function whenSeen(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", () => resolve(), { once: true });
  });
}
