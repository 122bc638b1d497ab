import { holdDeployLock } from "./lock/hold-lock.ts";
import { otherEngines } from "./prune/other-engines.ts";
import { describePruned, pruneImages } from "./prune/prune-images.ts";
import { readPulumi } from "./run-pulumi.ts";
import { stackEngine } from "./stack-engine.ts";

/** Removes what no kept release needs from a stack's engine and registry, as every `up` does. Returns the exit code. */
export async function prune(
  root: string,
  { stack, json }: { stack: string; json: boolean },
): Promise<number> {
  const target = await stackEngine(root, stack);
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const release = await holdDeployLock({ root, stack, target, command: "slipway prune", say });
  try {
    const readState = () => readPulumi({ root, stack }, ["stack", "export"]);
    const pruned = await pruneImages({ ...target, others: await otherEngines(target), readState });
    process.stdout.write(json ? `${JSON.stringify({ stack, ...pruned })}\n` : `${describePruned(pruned)}.\n`);
    return 0;
  } finally {
    await release();
  }
}
