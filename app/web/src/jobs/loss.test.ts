import { expect, test } from "vitest";
import { readLosses } from "./loss.ts";

test("reads the losses of a log and nothing else", () => {
  const log = [
    "Fresh start: 12000 weights, 60 characters.",
    "Epoch 1/2: train loss 2.8123, held-out loss 2.6001.",
    "Epoch 2/2: train loss 2.4000, held-out loss 2.3900.",
    'Sample: "the harbour"',
  ];
  expect(readLosses(log)).toEqual([
    { epoch: 1, epochs: 2, train: 2.8123, heldOut: 2.6001 },
    { epoch: 2, epochs: 2, train: 2.4, heldOut: 2.39 },
  ]);
});

test("an epoch that ran twice counts once, with its last losses", () => {
  const line = (loss: string) => `Epoch 1/3: train loss ${loss}, held-out loss 2.6001.`;
  expect(readLosses([line("3.0000"), line("2.9000")])).toMatchObject([{ epoch: 1, train: 2.9 }]);
});
