import { describe, expect, test } from "vitest";
import { EventStreamParser } from "./event-stream.ts";

const STREAM =
  'id: 1\nevent: log\ndata: {"seq":1}\n\n: waiting\n\nid: 2\r\nevent: log\r\ndata: a\r\ndata: b\r\n\r\ndata:x\n\n';

describe("EventStreamParser", () => {
  test("reads events, joins data lines, skips comments and keeps the last id", () => {
    expect(new EventStreamParser().push(STREAM)).toEqual([
      { event: "log", data: '{"seq":1}', id: "1" },
      { event: "log", data: "a\nb", id: "2" },
      { event: "message", data: "x", id: "2" },
    ]);
  });

  test("gives the same events wherever the text is cut", () => {
    const whole = new EventStreamParser().push(STREAM);
    for (let cut = 0; cut <= STREAM.length; cut += 1) {
      const parser = new EventStreamParser();
      expect([...parser.push(STREAM.slice(0, cut)), ...parser.push(STREAM.slice(cut))]).toEqual(whole);
    }
  });

  test("an event cut off by the end of the stream is not given", () => {
    expect(new EventStreamParser().push("data: half")).toEqual([]);
  });
});
