// What a no-op preview of the local stack costs beside one of an empty program with the same provider.
// Runs alternate, so that a slow minute of the machine slows both. Usage: node bench/preview.ts [runs] (after npm run up)
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { median, renderTable } from "./table.ts";

const RATIO_MAX = 1.5;
const root = dirname(import.meta.dirname);
const launcher = join(root, "cli/bin/pulumi");
const runs = Number(process.argv[2] ?? 7);

const EMPTY_PROGRAM = `import { Provider } from "@pulumi/docker/provider.js";
export default () => { new Provider("engine", { host: process.env.DOCKER_HOST ?? "unix:///var/run/docker.sock" }); };
`;

/** A project beside the real one with the same runtime, packages and settings of Node. */
function emptyProject(): string {
  const directory = mkdtempSync(join(tmpdir(), "slipway-empty-"));
  cpSync(join(root, "Pulumi.yaml"), join(directory, "Pulumi.yaml"));
  mkdirSync(join(directory, "stacks"));
  cpSync(join(root, "stacks/package.json"), join(directory, "stacks/package.json"));
  writeFileSync(join(directory, "stacks/index.ts"), EMPTY_PROGRAM);
  symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
  return directory;
}

async function seconds(cwd: string, args: string[], env: Record<string, string>): Promise<number> {
  const started = performance.now();
  await execa(launcher, ["-C", cwd, ...args], { cwd: root, env });
  return (performance.now() - started) / 1000;
}

const empty = emptyProject();
const emptyEnv = { PULUMI_BACKEND_URL: `file://${empty}`, PULUMI_CONFIG_PASSPHRASE: "of a bench" };
await seconds(empty, ["stack", "init", "empty"], emptyEnv);
await seconds(empty, ["up", "--yes", "--skip-preview", "--stack", "empty"], emptyEnv);
const figures = { slipway: [] as number[], empty: [] as number[] };
for (let run = 0; run < runs; run += 1) {
  figures.empty.push(await seconds(empty, ["preview", "--expect-no-changes", "--stack", "empty"], emptyEnv));
  figures.slipway.push(await seconds(root, ["preview", "--expect-no-changes", "--stack", "local"], {}));
}
rmSync(empty, { recursive: true });
const ratio = median(figures.slipway) / median(figures.empty);
const row = (name: string, list: number[]) => [
  name,
  ...[Math.min(...list), median(list), Math.max(...list)].map((figure) => figure.toFixed(2)),
];
const rows = [row("the local stack", figures.slipway), row("empty program", figures.empty)];
process.stdout.write(renderTable([`no-op preview, ${runs} runs`, "s least", "s median", "s most"], rows));
process.stdout.write(
  `\nratio ${ratio.toFixed(2)}, at most ${RATIO_MAX}: ${ratio < RATIO_MAX ? "kept" : "BROKEN"}\n`,
);
process.exitCode = ratio < RATIO_MAX ? 0 : 1;
