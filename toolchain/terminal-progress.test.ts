import { expect, test, vi } from "vitest";
import { formatElapsed } from "./progress.ts";
import { terminalProgress } from "./terminal-progress.ts";

function recorder(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
}

test("elapsed time has tenths below ten seconds, and minutes from sixty", () => {
  expect([400, 9_940, 9_960, 59_400, 59_600, 125_000].map(formatElapsed)).toEqual([
    "0.4 s",
    "9.9 s",
    "10 s",
    "59 s",
    "1 min 00 s",
    "2 min 05 s",
  ]);
});

test("without a terminal each start and end is one plain line, with no control sequences", () => {
  const stream = recorder(false);
  let clock = 0;
  const step = terminalProgress(stream, () => clock).step("Pulumi CLI");
  step.note("compiling");
  clock = 61_000;
  step.done("built");
  expect(stream.written).toEqual(["… Pulumi CLI\n", "✓ Pulumi CLI (1 min 01 s): built\n"]);
});

test("on a terminal an ended step stays above those that still run", () => {
  const stream = recorder(true);
  const progress = terminalProgress(stream, () => 0);
  const first = progress.step("first");
  const second = progress.step("second");
  first.fail("no network");
  const last = stream.written.at(-1) ?? "";
  expect(last.startsWith("\x1b[2A\x1b[J")).toBe(true);
  expect(last.indexOf("first (0.0 s): no network")).toBeLessThan(last.indexOf("· second"));
  second.done();
});

test("on a terminal a long note is cut to the width, so that erasing by lines stays right", () => {
  const stream = recorder(true);
  const progress = terminalProgress(stream, () => 0);
  const step = progress.step("step");
  step.note(`one\ntwo ${"x".repeat(200)}`);
  progress.step("other").done();
  const lines = (stream.written.at(-1) ?? "").split("\n").filter((line) => line.startsWith("· "));
  expect(lines).toHaveLength(1);
  expect(lines[0]?.length).toBeLessThan(60);
  step.done();
});

test("without a terminal half a minute is one line for all that runs, and what waits is only counted", () => {
  vi.useFakeTimers();
  try {
    const stream = recorder(false);
    const progress = terminalProgress(stream, Date.now);
    const cli = progress.step("Pulumi CLI");
    const image = progress.step("base image nginx");
    cli.note("compiling");
    image.note("waiting for debian");
    vi.advanceTimersByTime(30_000);
    expect(stream.written.slice(2)).toEqual(["… 30 s: Pulumi CLI: compiling · 1 more wait for these\n"]);
    cli.done();
    image.done();
    vi.advanceTimersByTime(60_000);
    expect(stream.written).toHaveLength(5);
  } finally {
    vi.useRealTimers();
  }
});
