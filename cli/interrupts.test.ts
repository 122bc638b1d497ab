import { expect, test } from "vitest";
import { outliveInterrupts } from "./interrupts.ts";

/** A child that ends when the test lets it, and remembers what signals it was given. */
function child() {
  const { promise, resolve } = Promise.withResolvers<number>();
  const signals: string[] = [];
  return {
    end: resolve,
    signals,
    process: Object.assign(promise, { kill: (signal: string) => signals.push(signal) }),
  };
}

test("a child that nobody interrupts ends as it does", async () => {
  const { end, process: running } = child();
  end(3);
  expect(await outliveInterrupts(running, false)).toEqual({ end: 3, interrupted: false });
});

test("without a terminal an interrupt is handed on once, however often npm repeats it", async () => {
  const { end, signals, process: running } = child();
  const outcome = outliveInterrupts(running, false);
  process.emit("SIGTERM", "SIGTERM");
  process.emit("SIGINT", "SIGINT");
  end(1);
  expect(await outcome).toEqual({ end: 1, interrupted: true });
  expect(signals).toEqual(["SIGINT"]);
});

test("a terminal has interrupted the child itself, and a second time would cut its work short", async () => {
  const { end, signals, process: running } = child();
  const outcome = outliveInterrupts(running, true);
  process.emit("SIGINT", "SIGINT");
  end(1);
  expect(await outcome).toEqual({ end: 1, interrupted: true });
  expect(signals).toEqual([]);
});

test("afterwards signals do again what they did", async () => {
  const { end, process: running } = child();
  const before = process.listenerCount("SIGINT");
  end(0);
  await outliveInterrupts(running, true);
  expect(process.listenerCount("SIGINT")).toBe(before);
});
