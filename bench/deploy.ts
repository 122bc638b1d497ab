// Deploys in a row under load, ours beside the original design's way (docker-compose: build, up -d), same app, same
// machine, same run. Usage: node bench/deploy.ts [deploys] [requests per second] (docker-compose from Debian)
import { dirname } from "node:path";
import { ApiClient } from "../e2e/api-client.ts";
import { type LoadResult, startLoad } from "../e2e/load.ts";
import { composeSide } from "./deploy/compose-side.ts";
import { type DeployTime, deployNumber, noOpSeconds, type Side } from "./deploy/side.ts";
import { slipwaySide } from "./deploy/slipway-side.ts";
import { median, renderTable } from "./table.ts";

const deploys = Number(process.argv[2] ?? 20);
const perSecond = Number(process.argv[3] ?? 200);

type Figures = { name: string; times: DeployTime[]; load: LoadResult; noOp: number };

async function measure(side: Side): Promise<Figures> {
  const { url, token } = side;
  const stop = await startLoad({ url, token, perSecond, api: new ApiClient(url, token) });
  const times: DeployTime[] = [];
  for (let number = 1; number <= deploys; number += 1) {
    const time = await deployNumber(side, number);
    times.push(time);
    process.stderr.write(`${side.name} ${number}/${deploys}: ${time.wholeSeconds.toFixed(1)} s\n`);
  }
  const load = await stop();
  return { name: side.name, times, load, noOp: await noOpSeconds(side) };
}

function row({ name, times, load, noOp }: Figures): (string | number)[] {
  const middle = (key: keyof DeployTime) => median(times.map((time) => time[key])).toFixed(1);
  const { sent, slow, lost } = load;
  return [
    name,
    times.length,
    sent + slow,
    lost.length,
    middle("servingSeconds"),
    middle("wholeSeconds"),
    noOp.toFixed(1),
  ];
}

const figures: Figures[] = [];
for (const make of [slipwaySide, () => composeSide(dirname(import.meta.dirname))]) {
  const side = await make();
  try {
    figures.push(await measure(side));
  } finally {
    await side.remove();
  }
}
const head = ["side", "deploys", "requests", "lost", "s to serving", "s to the end", "s no-op"];
process.stdout.write(renderTable(head, figures.map(row)));
const [ours] = figures;
for (const line of ours?.load.lost.slice(0, 20) ?? []) process.stdout.write(`${line}\n`);
process.exitCode = ours?.load.lost.length === 0 ? 0 : 1;
