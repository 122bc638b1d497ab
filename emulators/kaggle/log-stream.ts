import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { ApiError } from "./api-error.ts";
import type { LogEvent } from "./api-messages.ts";
import { isUnderWay, type Sessions } from "./sessions.ts";
import type { SessionRecord } from "./state.ts";

/** How long a reader of a queued session's log waits for it to start. */
const WAIT_FOR_START_MS = 60_000;

/**
 * A session's log: server-sent events from the first entry on while it runs, ended by `END_OF_LOG`;
 * once it is over, the persisted JSON array. `cut` ends the connection after the first entry.
 */
export async function streamLog(
  sessions: Sessions,
  session: SessionRecord,
  response: ServerResponse,
  cut?: { clean?: boolean },
): Promise<void> {
  if (session.status === "queued") await waitForStart(sessions, session);
  if (!isUnderWay(session)) {
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(session.log));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (event: LogEvent) => {
    if (response.writableEnded || response.destroyed) return;
    response.write(`data: ${JSON.stringify(event)}\n\n`);
    if (cut?.clean) response.end();
    else if (cut) response.destroy();
  };
  const end = () => response.end("data: END_OF_LOG\n\n");
  session.log.forEach(send);
  response.flushHeaders();
  sessions.on(`log:${session.sessionId}`, send).once(`end:${session.sessionId}`, end);
  response.once("close", () => {
    sessions.off(`log:${session.sessionId}`, send).off(`end:${session.sessionId}`, end);
  });
}

async function waitForStart(sessions: Sessions, session: SessionRecord): Promise<void> {
  const signal = AbortSignal.timeout(WAIT_FOR_START_MS);
  try {
    await Promise.race([
      once(sessions, `start:${session.sessionId}`, { signal }),
      once(sessions, `end:${session.sessionId}`, { signal }),
    ]);
  } catch {
    throw new ApiError(504, "The log of this session is not published yet");
  }
}
