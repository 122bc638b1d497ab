import { describe, expect, test } from "vitest";
import { guessFormat, guessName } from "./guess-format.ts";

describe("guessFormat", () => {
  test.each([
    ["a.jsonl", "", "jsonl"],
    ["A.NDJSON", "", "jsonl"],
    ["rows.csv", '{"text":1}', "csv"],
    ["poems.txt", "text,label", "text"],
    ["data", '\n{"text":"x"}\n', "jsonl"],
    ["data.json", '{"text":"x"}', "jsonl"],
    ["data", 'prompt,completion\n"a","b"', "csv"],
    ["data", "context, history and more", "text"],
    ["data.constructor", "plain", "text"],
  ] as const)("%s that begins with %j is %s", (name, start, format) => {
    expect(guessFormat(name, start)).toBe(format);
  });
});

describe("guessName", () => {
  test.each([
    ["support-tickets.jsonl", "support-tickets"],
    ["C:\\data\\a.b.csv", "a.b"],
    [".env", ".env"],
  ])("%s is named %s", (file, name) => {
    expect(guessName(file)).toBe(name);
  });
});
