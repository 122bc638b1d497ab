import { expect, test } from "vitest";
import { parseLiveLine, parseStoredLog } from "./log-entries.ts";

test("a live line is an entry, the end, or nothing", () => {
  expect(parseLiveLine('data: {"stream_name":"stdout","time":1,"data":"hi\\n"}')).toMatchObject({
    data: "hi\n",
  });
  expect(parseLiveLine("data: END_OF_LOG\r")).toBe("end");
  expect([parseLiveLine(""), parseLiveLine(": keep alive")]).toEqual([undefined, undefined]);
});

test("a live line that is no JSON is told as it is", () => {
  expect(parseLiveLine("data: plain words")).toEqual({ data: "plain words" });
});

test("a stored log is a JSON array, or text line by line, or nothing", () => {
  expect(parseStoredLog('[{"data":"a"},{"data":"b"}]')).toEqual([{ data: "a" }, { data: "b" }]);
  expect(parseStoredLog("a\nb")).toEqual([{ data: "a" }, { data: "b" }]);
  expect(parseStoredLog(null)).toEqual([]);
});
