import type { FastifyReply, FastifyRequest } from "fastify";
import { readLog } from "../adapters/postgres/job-log.ts";
import { isTerminal, type Job } from "../core/job.ts";
import type { Services } from "./services.ts";

const BATCH = 500;
/** Without a notification: how long until we look by ourselves, and keep the connection warm. */
const QUIET_MS = 10_000;

type Following = Pick<Services, "jobs" | "pool" | "jobChanges" | "lifecycle" | "logger">;

/** Answers with server-sent events until the job ends, the client leaves or this process drains. */
export async function followLog(
  services: Following,
  request: FastifyRequest,
  reply: FastifyReply,
  job: Job,
  after: number,
): Promise<void> {
  const { jobChanges, logger } = services;
  reply
    .type("text/event-stream; charset=utf-8")
    .headers({ "cache-control": "no-store", "x-accel-buffering": "no" })
    .hijack();
  const response = reply.raw;
  response.writeHead(200, reply.getHeaders() as Record<string, string>);
  response.flushHeaders();
  const alarm = new Alarm();
  const unfollow = jobChanges.follow(job.id, () => alarm.ring());
  response.once("close", () => alarm.ring()).on("drain", () => alarm.ring());
  try {
    await pump(services, response, job.id, after, alarm);
  } catch (err) {
    // The client comes back with Last-Event-ID.
    logger.warn({ err, request_id: request.id, job_id: job.id }, "log stream broke off");
  } finally {
    unfollow();
    response.end();
  }
}

async function pump(
  { jobs, pool, lifecycle }: Following,
  response: FastifyReply["raw"],
  jobId: string,
  after: number,
  alarm: Alarm,
): Promise<void> {
  let seen = after;
  let shown = "";
  while (!response.closed && lifecycle.state === "serving") {
    const ringing = alarm.next(QUIET_MS);
    // First the job, then its log: what was written before the end is read before the end is told.
    const job = await jobs.find(jobId);
    if (!job) return;
    const entries = await readLog(pool, jobId, seen, BATCH);
    for (const entry of entries) response.write(event("log", entry, entry.seq));
    seen = entries.at(-1)?.seq ?? seen;
    // A follower who does not read holds one batch in memory, not the whole log.
    const isSlow = response.writableNeedDrain;
    while (response.writableNeedDrain && !response.closed && lifecycle.state === "serving")
      await alarm.next(QUIET_MS);
    // What came meanwhile has rung for nobody.
    if (isSlow || entries.length === BATCH) continue;
    if (isTerminal(job.status)) {
      response.write(event("end", job));
      return;
    }
    const state = JSON.stringify(job);
    response.write(state === shown ? ": waiting\n\n" : event("job", job));
    shown = state;
    await ringing;
  }
}

function event(name: string, data: object, id?: number): string {
  return `${id === undefined ? "" : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Remembers one ring until somebody waits for it. */
class Alarm {
  #ring: (() => void) | undefined;

  ring(): void {
    this.#ring?.();
  }

  /** Resolves at the next ring from now on, or after the time. */
  next(timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    this.#ring = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }
}
