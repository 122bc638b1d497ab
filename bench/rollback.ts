// The way back of the app alone; and a release with a migration and the way back from it, data included, on a database of
// a gigabyte, beside Postgres' own dump and restore of the same. Usage: node bench/rollback.ts [megabytes]
import assert from "node:assert/strict";
import { type RunningStack, runningStack } from "../e2e/running-stack.ts";
import { setVersion, withText } from "../e2e/variant.ts";
import { appOnly } from "./rollback/app-only.ts";
import { fill, fingerprint } from "./rollback/fill.ts";
import { peer } from "./rollback/peer.ts";
import { seconds } from "./seconds.ts";
import { renderTable } from "./table.ts";

const megabytes = Number(process.argv[2] ?? 1_000);
const SQL = "-- compatible: no\nALTER TABLE datasets ADD COLUMN note text NOT NULL DEFAULT 'none';\n";

type Ledger = { releases: { kind: string; restorePoint?: string }[] };

/** The ledger, the newest first; the command fails where a record was changed or lost. */
async function ledger(stack: RunningStack): Promise<Ledger["releases"]> {
  return (JSON.parse((await stack.typed("npx slipway releases --json")).stdout) as Ledger).releases;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

async function measure(stack: RunningStack) {
  const { checkout, typed, api } = stack;
  say("a version of the app, and back");
  const app = await appOnly(stack);
  say(`filling the database with ${megabytes} MB`);
  const size = await fill(stack, megabytes);
  const before = await fingerprint(stack);
  withText(checkout.root, "app/migrations/9001-notes.sql", SQL).apply();
  setVersion(checkout.root, "0.2.0");
  say("releasing a migration");
  const upSeconds = await seconds(() => typed("npm run up"));
  assert.ok((await ledger(stack))[0]?.restorePoint, "the release has no restore point");
  await api.createDataset("rafts", "written after the migration");
  assert.notEqual(await fingerprint(stack), before);
  say("going back");
  const back = "npx pulumi stack rollback --stack local --restore-data --yes";
  const backSeconds = await seconds(() => typed(back));
  assert.equal(await fingerprint(stack), before);
  assert.deepEqual(
    (await ledger(stack)).map(({ kind }) => kind),
    ["rollback", "deploy", "rollback", "deploy", "deploy"],
  );
  return { app, size, upSeconds, backSeconds, peer: await peer(stack) };
}

const stack = await runningStack();
try {
  const { app, size, upSeconds, backSeconds, peer } = await measure(stack);
  const appRows: [string, string][] = [
    ["slipway: rollback, nothing but the version before answers", app.servedSeconds.toFixed(1)],
    ["slipway: rollback, verified, watched, recorded", app.backSeconds.toFixed(1)],
    ["slipway: a deploy that changes nothing", app.noOpSeconds.toFixed(1)],
    ["Docker: the app's containers anew", app.rollingSeconds.toFixed(1)],
  ];
  process.stdout.write(`${renderTable(["the app alone", "s"], appRows)}\n`);
  const rows: [string, string][] = [
    ["slipway: release with a migration, its restore point proven", upSeconds.toFixed(1)],
    ["slipway: rollback with data, to the row, recorded", backSeconds.toFixed(1)],
    ["pg_dump, not proven", peer.dumpSeconds.toFixed(1)],
    ["pg_restore beside what runs", peer.restoreSeconds.toFixed(1)],
  ];
  const head = [`database of ${size.toFixed(0)} MB, dump of ${peer.dumpMegabytes.toFixed(0)} MB`, "s"];
  process.stdout.write(renderTable(head, rows));
} finally {
  await stack.remove();
}
