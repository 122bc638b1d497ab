// Deploys in a row under load, ours beside the original design's way (docker-compose: build, up -d), same app, same
// machine, same run, and what ours leaves on the engine. Usage: node bench/deploy.ts [deploys] [requests per second]
// (docker-compose from Debian, and `npm run up` once, which makes the base images that both sides share)
import { dirname } from "node:path";
import { ApiClient } from "../e2e/api-client.ts";
import { type LoadResult, startLoad } from "../e2e/load.ts";
import { readBaseImages } from "../infra/swarm/base-images.ts";
import { composeSide } from "./deploy/compose-side.ts";
import type { Footprint } from "./deploy/footprint.ts";
import { type DeployTime, deployNumber, noOpSeconds, type Side } from "./deploy/side.ts";
import { slipwaySide } from "./deploy/slipway-side.ts";
import { median, renderTable } from "./table.ts";

const deploys = Number(process.argv[2] ?? 20);
const perSecond = Number(process.argv[3] ?? 200);

/** Longer than a deploy takes. */
const DEPLOY_MS_MAX = 180_000;
/** How many deploys lie between two looks at what is on the engine. */
const LOOK_EVERY = 5;

type Figures = { name: string; times: DeployTime[]; load: LoadResult; noOp: number };
const footprints: [string, Footprint][] = [];

async function measure(side: Side): Promise<Figures> {
  const { url, token } = side;
  const stop = await startLoad({
    ...{ url, token, perSecond, api: new ApiClient(url, token) },
    msMax: deploys * DEPLOY_MS_MAX,
  });
  const times: DeployTime[] = [];
  for (let number = 1; number <= deploys; number += 1) {
    const time = await deployNumber(side, number);
    times.push(time);
    process.stderr.write(`${side.name} ${number}/${deploys}: ${time.wholeSeconds.toFixed(1)} s\n`);
    if (side.footprint && (number === 1 || number % LOOK_EVERY === 0))
      footprints.push([`after ${number}`, await side.footprint()]);
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

// Asked for first: half an hour later is too late to hear that they are missing.
const baseImages = readBaseImages(dirname(import.meta.dirname));
const figures: Figures[] = [];
const head = ["side", "deploys", "requests", "lost", "s to serving", "s to the end", "s no-op"];
for (const make of [slipwaySide, () => composeSide(baseImages)]) {
  const side = await make();
  try {
    figures.push(await measure(side));
  } finally {
    await side.remove();
  }
  process.stdout.write(renderTable(head, figures.map(row)));
}
const kinds = Object.keys(footprints[0]?.[1] ?? {});
const rows = kinds.map((kind) => [kind, ...footprints.map(([, found]) => found[kind] ?? 0)]);
process.stdout.write(
  `\n${renderTable(["slipway, on the engine", ...footprints.map(([when]) => when)], rows)}`,
);
const [ours] = figures;
for (const line of ours?.load.lost.slice(0, 20) ?? []) process.stdout.write(`${line}\n`);
process.exitCode = ours?.load.lost.length === 0 ? 0 : 1;
