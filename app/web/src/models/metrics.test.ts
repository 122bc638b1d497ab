import { expect, test } from "vitest";
import { metricLabel, metricText, orderedMetrics } from "./metrics.ts";

test("names of metrics read as words", () => {
  expect(metricLabel("held_out_loss")).toBe("Held-out loss");
  expect(metricLabel("rows_used")).toBe("Rows used");
  expect(metricLabel("constructor")).toBe("Constructor");
});

test("a list shows the held-out loss when there is one", () => {
  expect(metricText({ train_loss: 1, held_out_loss: 2.345 })).toBe("Held-out loss 2.35");
  expect(metricText({ accuracy: 0.9 })).toBe("Accuracy 0.9");
  expect(metricText({})).toBe("");
});

test("held-out figures come first, sizes last", () => {
  const metrics = { epochs: 6, train_loss: 1, held_out_perplexity: 3, vocabulary: 9, held_out_loss: 2 };
  expect(orderedMetrics(metrics).map(([name]) => name)).toEqual([
    "held_out_loss",
    "held_out_perplexity",
    "train_loss",
    "epochs",
    "vocabulary",
  ]);
});
