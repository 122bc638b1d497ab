import { expect, test } from "vitest";
import { endOfJob } from "./end-of-job.ts";

const task = (state: string, error = "") => JSON.stringify({ CurrentState: `${state} now`, Error: error });

/** Waits for a job whose engine says this, a look each, so many seconds apart; undefined where it does not answer. */
function end(said: (string | undefined)[], secondsApart: number) {
  let time = 0;
  const docker = async () => {
    const answer = said.length > 1 ? said.shift() : said[0];
    if (answer === undefined) throw new Error("connection reset");
    return answer;
  };
  return endOfJob({
    ...{ docker, name: "job", timeoutSeconds: 3_600, interrupted: new AbortController().signal },
    now: () => time,
    pause: async () => {
      time += secondsApart * 1_000;
    },
  });
}

test("an engine that does not answer for a moment ends no restore", async () => {
  expect(await end([task("Running"), undefined, undefined, task("Complete")], 20)).toBeUndefined();
  expect(await end([undefined, task("Failed", "non-zero exit (1)")], 20)).toBe("non-zero exit (1)");
});

test("one that does not answer any more does", async () => {
  await expect(end([task("Running"), undefined], 20)).rejects.toThrow("connection reset");
});

test("a job that takes too long has failed", async () => {
  expect(await end([task("Running")], 600)).toBe("not done within 3600 s");
});

test("a job that no machine starts is told with the reason", async () => {
  await expect(end([task("Pending", "no suitable node")], 30)).rejects.toThrow(
    "No machine of the stack has started it within 2 minutes: no suitable node",
  );
});
