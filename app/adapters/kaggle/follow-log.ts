import { setTimeout as sleep } from "node:timers/promises";
import type { KernelLog } from "./kernel-log.ts";
import { parseLiveLine, parseStoredLog } from "./log-entries.ts";
import type { RunContext } from "./run-context.ts";

/** Longest line of a log that is looked at; more would only fill memory. */
const LINE_CHARACTERS_MAX = 1_000_000;

/** Reads a running session's log as it is written, over broken connections, until it ends or `signal` aborts. */
export async function followLog(run: RunContext, slug: string, log: KernelLog, signal: AbortSignal) {
  while (!signal.aborted) {
    try {
      const response = await run.client.openLog(run.owner, slug, signal);
      if (await readLog(response, log)) return;
    } catch {
      // The log is a courtesy: what a broken connection hides is told at the next one, or when the session is over.
    }
    await sleep(run.timings.retryMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Reads one connection to its end; true when the log is complete. */
async function readLog(response: Response, log: KernelLog): Promise<boolean> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
    for (const [index, entry] of parseStoredLog(await response.text()).entries()) log.take(index, entry);
    return true;
  }
  let index = 0;
  for await (const line of lines(response)) {
    const entry = parseLiveLine(line);
    if (entry === "end") return true;
    if (entry) log.take(index++, entry);
  }
  return false;
}

async function* lines(response: Response): AsyncGenerator<string> {
  let rest = "";
  const text = response.body?.pipeThrough(new TextDecoderStream()) ?? new ReadableStream<string>();
  for await (const chunk of text) {
    const parts = (rest + chunk).split("\n");
    rest = (parts.pop() ?? "").slice(0, LINE_CHARACTERS_MAX);
    yield* parts;
  }
}
