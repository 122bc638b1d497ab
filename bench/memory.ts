// Memory of the running local stack at rest, a line a service. Usage: node bench/memory.ts (after npm run up)
import { dirname } from "node:path";
import { execa } from "execa";
import { readLocalStack } from "../cli/local-stack.ts";
import { renderTable } from "./table.ts";

const MEGABYTES_MAX = 700;
const UNIT_MEGABYTES: Record<string, number> = {
  B: 1e-6,
  KiB: 1024 / 1e6,
  MiB: 1024 ** 2 / 1e6,
  GiB: 1024 ** 3 / 1e6,
};

/** Reads the engine's own way of writing memory, such as "38.2MiB / 256MiB", in megabytes. */
function usedMegabytes(usage: string): number {
  const [, figure, unit] = usage.match(/^([\d.]+)(\w+)/) ?? [];
  const factor = UNIT_MEGABYTES[unit ?? ""];
  if (figure === undefined || factor === undefined) throw new Error(`not a memory figure: ${usage}`);
  return Number(figure) * factor;
}

/** "slipway-ab12cd-backend.1.xyz" is a container of "backend". */
function serviceOf(container: string, namePrefix: string): string {
  return container.slice(namePrefix.length + 1).split(".")[0] ?? container;
}

const { namePrefix } = await readLocalStack(dirname(import.meta.dirname));
const { stdout } = await execa("docker", ["stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}"]);
const containers = stdout.split("\n").flatMap((line) => {
  const [name = "", ...usage] = line.split(" ");
  return name.startsWith(`${namePrefix}-`)
    ? [{ service: serviceOf(name, namePrefix), used: usedMegabytes(usage.join(" ")) }]
    : [];
});
if (containers.length === 0) throw new Error("no container of the local stack runs: npm run up");
const rows = Object.entries(Object.groupBy(containers, ({ service }) => service)).map(
  ([service, list = []]) => {
    return { service, count: list.length, used: list.reduce((sum, { used }) => sum + used, 0) };
  },
);
const total = rows.reduce((sum, { used }) => sum + used, 0);
const table = rows
  .toSorted((a, b) => b.used - a.used)
  .map(({ service, count, used }) => [service, count, used.toFixed(1)]);
process.stdout.write(
  renderTable(["service", "containers", "MB"], [...table, ["all", containers.length, total.toFixed(1)]]),
);
process.stdout.write(`\nlimit ${MEGABYTES_MAX} MB: ${total < MEGABYTES_MAX ? "kept" : "BROKEN"}\n`);
process.exitCode = total < MEGABYTES_MAX ? 0 : 1;
