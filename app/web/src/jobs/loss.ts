/** The losses of one epoch, in nats a character. */
export interface EpochLoss {
  readonly epoch: number;
  readonly epochs: number;
  readonly train: number;
  readonly heldOut: number;
}

const LINE = /^Epoch (\d+)\/(\d+): train loss ([\d.]+), held-out loss ([\d.]+)\.$/;

/** The losses a log tells, in order of epochs. An epoch that ran again after a restart counts once. */
export function readLosses(messages: readonly string[]): EpochLoss[] {
  const losses = new Map<number, EpochLoss>();
  for (const message of messages) {
    const found = LINE.exec(message)?.slice(1).map(Number);
    if (!found) continue;
    const [epoch, epochs, train, heldOut] = found as [number, number, number, number];
    losses.set(epoch, { epoch, epochs, train, heldOut });
  }
  return [...losses.values()].sort((a, b) => a.epoch - b.epoch);
}
