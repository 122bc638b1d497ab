import { toolchainStatus } from "../toolchain/status.ts";
import type { Finding } from "./doctor/finding.ts";
import { machineFindings, toolchainFindings } from "./doctor/machine.ts";
import { stackFindings } from "./doctor/stack.ts";

const MARKS = { ok: "✓", warning: "!", fault: "✗" } as const;

/** The findings for a terminal, and in one line what they come to. */
export function renderFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ about }) => about.length));
  const lines = findings.map(({ about, state, text }) => `${MARKS[state]} ${about.padEnd(width)}  ${text}`);
  const faults = findings.filter(({ state }) => state === "fault").length;
  const verdict = faults === 0 ? "Nothing is in the way of an up." : `To mend first: ${faults}.`;
  return `${lines.join("\n")}\n\n${verdict}\n`;
}

/** Looks at everything that an up needs and that can be off. Changes nothing. Returns 1 where there is a fault. */
export async function doctor(root: string, { json }: { json: boolean }): Promise<number> {
  const [machine, stack, toolchain] = await Promise.all([
    machineFindings(root),
    stackFindings(root),
    toolchainStatus(root),
  ]);
  const findings = [...machine, ...toolchainFindings(toolchain), ...stack];
  process.stdout.write(
    json ? `${JSON.stringify({ findings, toolchain }, null, 2)}\n` : renderFindings(findings),
  );
  return findings.some(({ state }) => state === "fault") ? 1 : 0;
}
