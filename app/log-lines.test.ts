import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { gatherLines } from "./log-lines.ts";

function recorder() {
  const written: string[] = [];
  return { written, write: (text: string) => written.push(text), flushSync: () => written.push("flushed") };
}

test("lines are handed on together, after a while or when they are many", async () => {
  const destination = recorder();
  const lines = gatherLines(destination);
  lines.write("a\n");
  lines.write("b\n");
  expect(destination.written).toEqual([]);
  await expect.poll(() => destination.written).toEqual(["a\nb\n"]);
  const long = `${"c".repeat(9_000)}\n`;
  lines.write(long);
  lines.write(long);
  expect(destination.written.slice(1)).toEqual([long + long]);
});

test("what is gathered is written at once when asked, and once only", async () => {
  const destination = recorder();
  const lines = gatherLines(destination);
  lines.write("a\n");
  lines.flushSync();
  expect(destination.written).toEqual(["a\n", "flushed"]);
  lines.end();
  await sleep(250);
  expect(destination.written).toEqual(["a\n", "flushed"]);
});

test.each(["process.exit(3)", "throw new Error('unforeseen')", "undefined"])(
  "a process that ends by %s loses no line",
  (end) => {
    const logger = new URL("logger.ts", import.meta.url).href;
    const program = `import { createLogger } from ${JSON.stringify(logger)};
      const { logger } = createLogger({ LOG_LEVEL: "info", LOG_FORMAT: "json" });
      for (let n = 0; n < 1000; n += 1) logger.info({ n }, "line");
      ${end};`;
    const script = `"$0" --input-type=module -e "$1" 2>/dev/null; true`;
    const output = execFileSync("sh", ["-c", script, process.execPath, program], { encoding: "utf8" });
    const numbers = output
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).n);
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, n) => n));
  },
);
