import type { Dataset } from "../api/client.ts";

export type DatasetFormat = Dataset["format"];

/** What the API reads, for people. */
export const FORMATS: Readonly<Record<DatasetFormat, { readonly label: string; readonly hint: string }>> = {
  jsonl: {
    label: "JSON Lines",
    hint: "One object a line with text, or prompt and completion, or chat messages.",
  },
  csv: { label: "CSV", hint: "A header row with a column text, or prompt and completion." },
  text: { label: "Plain text", hint: "Each line is a row." },
};

const BY_ENDING: Readonly<Record<string, DatasetFormat>> = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  csv: "csv",
  txt: "text",
  md: "text",
};
const CSV_HEADER = /(?:^|,)\s*"?(?:text|prompt|completion)"?\s*(?:,|$)/i;

/** The format of a file by its name's ending, else by how its text begins. */
export function guessFormat(fileName: string, start: string): DatasetFormat {
  const ending = fileName.toLowerCase().split(".").at(-1) ?? "";
  const byEnding = Object.hasOwn(BY_ENDING, ending) ? BY_ENDING[ending] : undefined;
  if (byEnding) return byEnding;
  const line = start.trimStart().split("\n", 1)[0] ?? "";
  if (line.startsWith("{")) return "jsonl";
  return CSV_HEADER.test(line.trim()) && line.includes(",") ? "csv" : "text";
}

/** A dataset's name from a file's: without folder and ending. */
export function guessName(fileName: string): string {
  const base = fileName.split(/[\\/]/).at(-1) ?? "";
  return base.replace(/\.[^.]*$/, "") || base;
}
