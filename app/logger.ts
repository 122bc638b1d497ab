import pino, { type DestinationStream, type Logger } from "pino";
import { prettyLine, redactor } from "./core/log-line.ts";
import type { Settings } from "./env.ts";
import { gatherLines } from "./log-lines.ts";

type LogSettings = Pick<Settings, "LOG_LEVEL" | "LOG_FORMAT"> &
  Partial<
    Pick<Settings, "DATABASE_URL" | "MINIO_PASSWORD" | "API_TOKENS" | "KAGGLE_KEY" | "KAGGLE_API_TOKEN">
  >;

export interface FlushableLogger {
  readonly logger: Logger;
  /** Writes what is gathered; call it before the process ends. */
  readonly flush: () => void;
}

/** One JSON object a line on stdout, without any of the settings' secrets. */
export function createLogger(settings: LogSettings): FlushableLogger {
  const lines = gatherLines(pino.destination({ fd: 1, sync: false }));
  // Whatever ends the process, what is gathered is written.
  process.once("exit", () => lines.end());
  return { logger: loggerTo(settings, lines), flush: () => lines.flushSync() };
}

/** The same logger on any stream, for tests. */
export function loggerTo(settings: LogSettings, destination: DestinationStream): Logger {
  const redact = redactor(secretsOf(settings));
  const pretty = settings.LOG_FORMAT === "pretty";
  return pino(
    {
      level: settings.LOG_LEVEL,
      base: null,
      timestamp: timestamps(),
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => (pretty ? prettyLine(redact(line)) : redact(line)) },
    },
    destination,
  );
}

/** The time as a line's field. Under load many lines are of the same millisecond. */
function timestamps(): () => string {
  let writtenMs = 0;
  let written = "";
  return () => {
    const nowMs = Date.now();
    if (nowMs !== writtenMs) {
      writtenMs = nowMs;
      written = `,"time":"${new Date(nowMs).toISOString()}"`;
    }
    return written;
  };
}

function secretsOf(settings: LogSettings): (string | undefined)[] {
  const url = settings.DATABASE_URL;
  const databasePassword = url === undefined ? undefined : new URL(url).password;
  return [
    url,
    databasePassword,
    databasePassword === undefined ? undefined : decodeURIComponent(databasePassword),
    settings.MINIO_PASSWORD,
    settings.KAGGLE_KEY,
    settings.KAGGLE_API_TOKEN,
    ...(settings.API_TOKENS ?? []),
  ];
}
