import { readLedger } from "../infra/operations/release/ledger.ts";
import { renderFaults, renderReleases } from "./releases/render-releases.ts";
import { stackEngine } from "./stack-engine.ts";

/**
 * Shows a stack's releases, as the stack itself has recorded them. Returns the exit code: 1 where a record was changed
 * or lost.
 */
export async function releases(
  root: string,
  { stack, json }: { stack: string; json: boolean },
): Promise<number> {
  const { namePrefix, docker } = await stackEngine(root, stack);
  const ledger = await readLedger(namePrefix, docker);
  const newestFirst = ledger.releases.map(({ manifest }) => manifest).reverse();
  const shown = { stack, releases: newestFirst, faults: ledger.faults };
  process.stdout.write(json ? `${JSON.stringify(shown, null, 2)}\n` : renderReleases(stack, ledger));
  // A program that reads the JSON has the faults in it; a person who does not look has them on the screen as well.
  if (json) process.stderr.write(renderFaults(ledger));
  return ledger.faults.length === 0 ? 0 : 1;
}
