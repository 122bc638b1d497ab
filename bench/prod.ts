// Seconds of each phase of production's first `up` and of a redeploy, on emulated machines, by the number of machines;
// with the SSH connections and the calls of Oracle's API. Usage: node bench/prod.ts [numbers of machines: 1,3]
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { allowSeveral, type ProdStack, prodStack } from "../e2e/prod-stack.ts";
import { setVersion } from "../e2e/variant.ts";
import { PAYING } from "../emulators/oci/limits.ts";
import { phaseSeconds } from "./prod/phases.ts";
import { renderTable } from "./table.ts";

const numbers = (process.argv[2] ?? "1,3").split(",").map(Number);

type Figures = {
  name: string;
  phases: Map<string, number>;
  seconds: number;
  connections: number;
  calls: number;
};

/** How many SSH connections all machines have taken. */
async function connections({ tenancy }: ProdStack, machines: number): Promise<number> {
  const count = "journalctl --quiet --unit ssh --grep 'Accepted publickey' | wc -l";
  const names = Array.from({ length: machines }, (_, index) => `node-${index + 1}`);
  const counts = names.map((name) => tenancy.onMachine(name, "sh", "-c", count).catch(() => "0"));
  return (await Promise.all(counts)).reduce((sum, text) => sum + Number(text), 0);
}

async function measureUp(name: string, stack: ProdStack, machines: number): Promise<Figures> {
  const log = join(stack.checkout.root, "events.json");
  const { calls } = stack.tenancy.emulator;
  const before = { calls: calls.length, connections: await connections(stack, machines) };
  const up = ["pulumi", "up", "--stack", "prod", "--yes", "--non-interactive", "--event-log", log];
  const started = performance.now();
  await stack.done("npx", up, { PULUMI_DEBUG_COMMANDS: "1" });
  const seconds = (performance.now() - started) / 1_000;
  process.stderr.write(`${name}: ${seconds.toFixed(0)} s\n`);
  return {
    ...{ name, seconds, phases: phaseSeconds(readFileSync(log, "utf8")) },
    connections: (await connections(stack, machines)) - before.connections,
    calls: calls.length - before.calls,
  };
}

async function measure(machines: number): Promise<Figures[]> {
  const stack = await prodStack(PAYING);
  try {
    stack.set(["slipway:oracle", "nodes"], machines);
    await allowSeveral(stack);
    const first = await measureUp(`first, ${machines}`, stack, machines);
    setVersion(stack.checkout.root, "9.9.9");
    return [first, await measureUp(`redeploy, ${machines}`, stack, machines)];
  } finally {
    await stack.remove();
  }
}

const all: Figures[] = [];
for (const machines of numbers) all.push(...(await measure(machines)));
const phases = [...new Set(all.flatMap(({ phases }) => [...phases.keys()]))];
const rows = [
  ...phases.map((phase) => [phase, ...all.map((figures) => figures.phases.get(phase) ?? "–")]),
  ["whole up, s", ...all.map(({ seconds }) => seconds.toFixed(0))],
  ["SSH connections", ...all.map(({ connections }) => connections)],
  ["calls of Oracle's API", ...all.map(({ calls }) => calls)],
];
process.stdout.write(renderTable(["seconds of", ...all.map(({ name }) => name)], rows));
