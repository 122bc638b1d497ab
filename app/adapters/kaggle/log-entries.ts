/** One entry of a session's log. */
export interface LogEntry {
  readonly stream_name?: string;
  readonly data?: string;
}

/** The marker Kaggle ends a live log with. */
const END_OF_LOG = "END_OF_LOG";

/** The entry in one line of a live log; undefined for lines that carry none, "end" for the last one. */
export function parseLiveLine(line: string): LogEntry | "end" | undefined {
  if (!line.startsWith("data:")) return undefined;
  const payload = line.slice("data:".length).trim();
  if (payload === END_OF_LOG) return "end";
  try {
    return JSON.parse(payload) as LogEntry;
  } catch {
    return { data: payload };
  }
}

/** The entries of a finished session's log; text in an unknown form counts line by line. */
export function parseStoredLog(text: string | null | undefined): readonly LogEntry[] {
  if (!text) return [];
  try {
    const value = JSON.parse(text) as LogEntry | LogEntry[];
    return Array.isArray(value) ? value : [value];
  } catch {
    return text.split("\n").map((data) => ({ data }));
  }
}
