import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Job, LogEntry } from "../api/client.ts";
import { announce } from "../shell/announce.ts";
import { clockText } from "../text/time.ts";
import { Icon } from "../ui/icon.tsx";
import { isActive } from "./job-status.ts";
import type { LiveLog } from "./live-log.ts";

/** Close enough to the end to count as reading along, in CSS pixels. */
const NEAR_END_PX = 40;

/** The log as it is written. Stays at its end until one scrolls up to read. */
export function LogView({ job, log }: { job: Job; log: LiveLog }) {
  const isFollowing = useSignal(true);
  const box = useRef<HTMLDivElement>(null);
  const entries = log.entries.value;
  const toEnd = () => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (isFollowing.peek()) toEnd();
  }, [entries.length]);
  const onScroll = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    const { scrollHeight, scrollTop, clientHeight } = currentTarget;
    isFollowing.value = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  };
  return (
    <section class="log" aria-labelledby="log-title">
      <div class="log-head">
        <h2 id="log-title">Log</h2>
        <Connection job={job} log={log} />
        {!isFollowing.value && (
          <button type="button" class="button button-quiet button-small" onClick={toEnd}>
            Go to the end
          </button>
        )}
        <CopyButton log={log} />
      </div>
      <div
        class="log-lines"
        ref={box}
        role="log"
        aria-live="off"
        aria-labelledby="log-title"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached by key
        tabIndex={0}
        onScroll={onScroll}
      >
        <ol>
          {entries.map((entry) => (
            <LogLine key={entry.seq} entry={entry} />
          ))}
        </ol>
        {entries.length === 0 && <p class="log-nothing">Nothing is written yet.</p>}
      </div>
    </section>
  );
}

function LogLine({ entry: { time, level, message } }: { entry: LogEntry }) {
  return (
    <li data-level={level}>
      <time dateTime={time}>{clockText(time)}</time>
      {level !== "info" && <span class="log-level">{level}</span>}
      <span class="log-message">{message}</span>
    </li>
  );
}

function Connection({ job, log }: { job: Job; log: LiveLog }) {
  if (!isActive(job)) return <p class="log-state">complete</p>;
  const problem = log.problem.value;
  return (
    <p class="log-state" data-live={!problem} role="status">
      {problem ? "connection lost, trying again" : "live"}
    </p>
  );
}

function CopyButton({ log }: { log: LiveLog }) {
  // Browsers offer it to https and to this machine alone.
  if (!isSecureContext) return null;
  const copy = async () => {
    const lines = log.entries.peek().map(({ time, level, message }) => `${time} ${level} ${message}`);
    await navigator.clipboard.writeText(lines.join("\n"));
    announce("The log is copied");
  };
  return (
    <button type="button" class="button button-quiet button-small" onClick={() => void copy()}>
      <Icon name="copy" />
      Copy
    </button>
  );
}
