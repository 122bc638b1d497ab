import { DatasetError } from "./dataset-error.ts";
import { Lines } from "./dataset-lines.ts";

/** JSON Lines: each line an object with `text`, or `prompt` and `completion`, or chat `messages`. */
export class JsonlRows extends Lines {
  constructor(onRow: (text: string) => void) {
    super((line, number) => {
      if (line.trim() !== "") onRow(rowText(parseObject(line, number), number));
    });
  }
}

function parseObject(line: string, number: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new DatasetError(number, "not valid JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new DatasetError(number, "not a JSON object");
  }
  return value as Record<string, unknown>;
}

function rowText(row: Record<string, unknown>, number: number): string {
  const text = joinFields(row) ?? joinMessages(row.messages);
  if (text === undefined) {
    throw new DatasetError(
      number,
      'needs a string "text", strings "prompt" and "completion", or "messages" with role and content',
    );
  }
  return text;
}

/** The row's text by its named fields, or undefined when they are not there as strings. */
export function joinFields(row: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof row.text === "string") return row.text;
  const { prompt, completion } = row;
  return typeof prompt === "string" && typeof completion === "string"
    ? `${prompt}\n${completion}`
    : undefined;
}

function joinMessages(messages: unknown): string | undefined {
  if (!Array.isArray(messages) || messages.length === 0) return undefined;
  const lines = messages.map((message: unknown) => {
    if (typeof message !== "object" || message === null) return undefined;
    const { role, content } = message as Record<string, unknown>;
    return typeof role === "string" && typeof content === "string" ? `${role}: ${content}` : undefined;
  });
  return lines.includes(undefined) ? undefined : lines.join("\n");
}
