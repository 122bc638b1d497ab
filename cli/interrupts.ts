/** npm hands an interrupt on that the terminal has given to everybody already: within this time it is the same one. */
const SAME_MS = 1_000;

/** A process that was started, and its end. */
export type Child<End> = PromiseLike<End> & { kill(signal: NodeJS.Signals): unknown };

/**
 * Waits for a child that ends by itself when it is interrupted, as Pulumi does, and is not ended by the interrupt
 * meanwhile. A terminal interrupts the child itself; without one (a CI runner that ends its job) the signal is handed
 * on, a second one too. Returns how the child ended and whether it was interrupted.
 */
export async function outliveInterrupts<End>(
  child: Child<End>,
  hasTerminal = process.stdin.isTTY,
): Promise<{ end: End; interrupted: boolean }> {
  let lastMs: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    const isSame = lastMs !== undefined && performance.now() - lastMs < SAME_MS;
    lastMs = performance.now();
    const fromTerminal = signal === "SIGINT" && hasTerminal;
    if (!isSame && !fromTerminal) child.kill("SIGINT");
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return { end: await child, interrupted: lastMs !== undefined };
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}
