import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { acmeOf } from "./acme.ts";
import { type CertificatesConfig, CONFIG_PATH } from "./config.ts";
import { doorPasses } from "./door-passes.ts";
import { CertificateKeeper } from "./keep-certificate.ts";
import { renderMetrics } from "./metrics.ts";
import { serveStatus } from "./status-server.ts";

const TURN_MS = 5_000;
/** An attempt takes up to five minutes. */
const STUCK_MS = 900_000;

/** One JSON object a line, with the names of the app's own log. */
function note(level: string, msg: string): void {
  process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, msg })}\n`);
}

async function addressesOf(domain: string): Promise<string[]> {
  const found = await lookup(domain, { all: true }).catch(() => []);
  return found.map(({ address }) => address);
}

// As process 1 of a container, Node would ignore a stop. Nothing is left half done: certificates go in whole.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => process.exit(0));

const config: CertificatesConfig = JSON.parse(readFileSync(CONFIG_PATH, "utf8"));
const keeper = new CertificateKeeper({
  config,
  acme: acmeOf(config),
  addressesOf,
  doorPasses: () => doorPasses(config),
  note,
  now: () => new Date(),
});
let turned = Date.now();
serveStatus(config.statusPort, {
  metrics: () => renderMetrics(keeper.figures),
  isHealthy: () => Date.now() - turned < STUCK_MS,
});
for (;;) {
  await keeper.turn().catch((error: Error) => note("error", `the store cannot be used: ${error.message}`));
  turned = Date.now();
  await sleep(TURN_MS);
}
