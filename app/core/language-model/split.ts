import { PermanentJobError } from "../executor.ts";
import { SeededRandom } from "./random.ts";

/** Less can teach nothing. */
export const TRAIN_CHARACTERS_MIN = 200;
/** Longer texts are cut: a job's memory is known beforehand. */
export const CHARACTERS_MAX = 8_000_000;

/** Puts a share of the rows aside, chosen by the seed. Throws a PermanentJobError when there is too little. */
export function splitRows(
  rows: readonly string[],
  fraction: number,
  seed: number,
): { train: string; heldOut: string } {
  if (rows.length < 2)
    throw new PermanentJobError("The dataset needs at least 2 rows: one is held out to measure.");
  const random = new SeededRandom(seed ^ 0x5eed);
  const order = rows.map((_, index) => index);
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [order[last], order[other]] = [order[other] as number, order[last] as number];
  }
  const heldOutRows = new Set(order.slice(0, Math.max(1, Math.round(fraction * rows.length))));
  if (heldOutRows.size === rows.length) heldOutRows.delete(order[0] as number);
  const train = rows.filter((_, index) => !heldOutRows.has(index)).join("\n");
  const heldOut = rows.filter((_, index) => heldOutRows.has(index)).join("\n");
  if (train.length < TRAIN_CHARACTERS_MIN || heldOut.length === 0) {
    throw new PermanentJobError(
      `The dataset is too small: at least ${TRAIN_CHARACTERS_MIN} characters are needed for training, ` +
        `${train.length} are there.`,
    );
  }
  return { train, heldOut };
}
