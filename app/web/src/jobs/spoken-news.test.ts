import { expect, test } from "vitest";
import { newsOf, quartersDone } from "./spoken-news.ts";

test("a job that runs is told with how far it is and how good it is", () => {
  const running = { status: "running", attempt: 1, progress: 0.5 } as const;
  expect(newsOf(running, { heldOut: 2.3144 })).toBe("Job running. Training, 50 % done, held-out loss 2.31.");
  expect(newsOf({ ...running, progress: 0 }, undefined)).toBe("Job running. A worker is getting ready.");
});

test("a job that is over is told with what came of it", () => {
  const over = { status: "succeeded", attempt: 1, progress: 1 } as const;
  expect(newsOf(over, { heldOut: 1.5 })).toBe("Job succeeded. The model is ready, held-out loss 1.5.");
});

test("it is told once a quarter, not at every step", () => {
  expect([0, 0.24, 0.25, 0.7, 1].map((progress) => quartersDone({ progress }))).toEqual([0, 0, 1, 2, 4]);
});
