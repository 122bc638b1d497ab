import { headOf, type Job, type LogEntry, refused, tokenHeader } from "./client.ts";
import { EventStreamParser, type StreamEvent } from "./event-stream.ts";
import { afterPause, sleep } from "./pause.ts";
import { piecesOf } from "./pieces.ts";
import { type ApiProblem, readProblem, toProblem } from "./problem.ts";

export interface LogFollower {
  readonly onEntry: (entry: LogEntry) => void;
  readonly onJob: (job: Job) => void;
  /** The connection: undefined while it is up, else why it is not. */
  readonly onConnection: (problem: ApiProblem | undefined) => void;
}

const RETRY_MS_MAX = 15_000;

/**
 * Follows a job's log until the job ends or the signal aborts. `EventSource` cannot send the token, so this reads
 * the stream itself, and after a break goes on behind the last entry seen.
 */
export async function followLog(jobId: string, follower: LogFollower, signal: AbortSignal): Promise<void> {
  const place = { lastId: "0" };
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      await afterPause(signal);
      const before = place.lastId;
      if (await readStream(jobId, place, follower, signal)) return;
      if (place.lastId !== before) attempt = 0;
    } catch (error) {
      if (signal.aborted) return;
      const problem = toProblem(error);
      follower.onConnection(problem);
      if (isFinal(problem)) return;
    }
    await sleep(Math.min(RETRY_MS_MAX, 500 * 2 ** Math.min(attempt, 10)), signal).catch(() => {});
  }
}

/** True when the job ended; false when the connection was cut before. */
async function readStream(
  jobId: string,
  place: { lastId: string },
  follower: LogFollower,
  signal: AbortSignal,
): Promise<boolean> {
  const response = await fetch(`/api/v1/jobs/${jobId}/logs`, {
    headers: { accept: "text/event-stream", "last-event-id": place.lastId, ...tokenHeader() },
    cache: "no-store",
    signal,
  });
  if (!response.ok || !response.body) {
    throw refused(readProblem(headOf(response), await response.json().catch(() => undefined)));
  }
  follower.onConnection(undefined);
  const parser = new EventStreamParser();
  for await (const text of piecesOf(response.body.pipeThrough(new TextDecoderStream()))) {
    for (const event of parser.push(text)) {
      if (event.id !== undefined) place.lastId = event.id;
      if (take(event, follower)) return true;
    }
  }
  return false;
}

function take({ event, data }: StreamEvent, follower: LogFollower): boolean {
  if (event === "log") follower.onEntry(JSON.parse(data) as LogEntry);
  if (event === "job" || event === "end") follower.onJob(JSON.parse(data) as Job);
  return event === "end";
}

function isFinal({ status }: ApiProblem): boolean {
  return status >= 400 && status < 500 && status !== 429;
}
