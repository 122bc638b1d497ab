import { describe, expect, test } from "vitest";
import type { DatasetFormat } from "./dataset.ts";
import { DatasetRows } from "./dataset-rows.ts";

/** Rows of the content, fed in chunks of `size` bytes. */
function rowsOf(format: DatasetFormat, content: string | Uint8Array, size = 7): string[] {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const rows: string[] = [];
  const parser = new DatasetRows(format, (text) => rows.push(text));
  for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size));
  expect(parser.end()).toBe(rows.length);
  return rows;
}

describe.each([1, 3, 1_000])("in chunks of %i bytes", (size) => {
  test("text gives a row a line and skips blank lines", () => {
    expect(rowsOf("text", "ein\r\n\n  \nzwölf 🦊\nend", size)).toEqual(["ein", "zwölf 🦊", "end"]);
  });

  test("jsonl takes text, prompt with completion, and messages", () => {
    const content = [
      '{"text":"a\\nb"}',
      '{"prompt":"p","completion":"c"}',
      '{"messages":[{"role":"user","content":"hi"}]}',
    ].join("\n");
    expect(rowsOf("jsonl", content, size)).toEqual(["a\nb", "p\nc", "user: hi"]);
  });

  test("csv takes quotes, doubled quotes and line feeds inside quotes", () => {
    expect(rowsOf("csv", 'Text,n\n"a, ""b""\nc",1\r\n\nd,2', size)).toEqual(['a, "b"\nc', "d"]);
  });

  test("a byte order mark is no part of the content", () => {
    expect(rowsOf("csv", "\uFEFFtext\na", size)).toEqual(["a"]);
  });

  test.each<[string, DatasetFormat, string | Uint8Array, string]>([
    ["broken JSON", "jsonl", '{"text":"a"}\n{"text":', "line 2: not valid JSON"],
    ["a JSON array", "jsonl", "[1]", "line 1: not a JSON object"],
    ["JSON without text", "jsonl", '\n{"a":1}', 'line 2: needs a string "text"'],
    ["a number as text", "jsonl", '{"text":1}', 'line 1: needs a string "text"'],
    ["nothing", "text", "", "line 1: the content holds no row"],
    ["a header alone", "csv", "text\n", "line 1: the content holds no row"],
    ["no header", "csv", "\n\n", "line 1: there is no header row"],
    ["an unknown header", "csv", "a,b\n1,2", 'line 1: the header needs a column "text"'],
    ["a column twice", "csv", "text,text\n1,2", "line 1: the header names a column twice"],
    ["a short row", "csv", 'text,n\n"a\nb",1\nc', "line 4: 1 fields where the header has 2"],
    ["an open quote", "csv", 'text\n"abc\ndef', "line 2: a quote is opened and never closed"],
    ["a quote in a plain field", "csv", 'text\nab"c', "line 2: a quote inside a field"],
    ["text after a quote", "csv", 'text\n"a"b', "line 2: text after a closing quote"],
    ["a NUL", "text", "a\u0000b", "line 1: a NUL byte at or after this line"],
    ["bad UTF-8", "text", Uint8Array.of(0x61, 0x0a, 0xc3, 0x28), "not valid UTF-8"],
    ["half a character at the end", "text", Uint8Array.of(0x61, 0xc3), "not valid UTF-8"],
  ])("refuses %s with its line", (_, format, content, message) => {
    expect(() => rowsOf(format, content, size)).toThrow(message);
  });
});

test.each<[string, DatasetFormat, string]>([
  ["a line without end", "text", "a".repeat(1_000_001)],
  ["an unclosed quote", "csv", `text\n"${"a\n".repeat(600_000)}`],
  ["a row of commas", "csv", `text\n${",".repeat(2_000)}`],
  ["a million rows and one", "text", "a\n".repeat(1_000_001)],
])("%s ends at its bound", (_, format, content) => {
  expect(() => rowsOf(format, content, 65_536)).toThrow(/longer than|more than/);
});
