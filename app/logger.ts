import pino, { type DestinationStream, type Logger } from "pino";
import { prettyLine, redactor } from "./core/log-line.ts";
import type { Settings } from "./env.ts";

type LogSettings = Pick<Settings, "LOG_LEVEL" | "LOG_FORMAT"> &
  Partial<
    Pick<Settings, "DATABASE_URL" | "MINIO_PASSWORD" | "API_TOKENS" | "KAGGLE_KEY" | "KAGGLE_API_TOKEN">
  >;

/** Lines are gathered for at most this long: a write per line costs more than the request it tells of. */
const FLUSH_MS = 200;
/** And up to so many bytes, just under what the destination writes at once. */
const GATHERED_BYTES = 16_000;

export interface FlushableLogger {
  readonly logger: Logger;
  /** Writes what is gathered; call it before the process ends. */
  readonly flush: () => void;
}

/** One JSON object a line on stdout, without any of the settings' secrets. */
export function createLogger(settings: LogSettings): FlushableLogger {
  const destination = pino.destination({
    fd: 1,
    sync: false,
    minLength: GATHERED_BYTES,
    periodicFlush: FLUSH_MS,
  });
  return { logger: loggerTo(settings, destination), flush: () => destination.flushSync() };
}

/** The same logger on any stream, for tests. */
export function loggerTo(settings: LogSettings, destination: DestinationStream): Logger {
  const redact = redactor(secretsOf(settings));
  const pretty = settings.LOG_FORMAT === "pretty";
  return pino(
    {
      level: settings.LOG_LEVEL,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: (line) => (pretty ? prettyLine(redact(line)) : redact(line)) },
    },
    destination,
  );
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
