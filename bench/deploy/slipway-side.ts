import { ensureLocalSettings } from "../../cli/local-settings.ts";
import { freshCheckout, type Outcome } from "../../e2e/checkout.ts";
import { setSetting } from "../../e2e/set-setting.ts";
import { footprint } from "./footprint.ts";
import type { Side } from "./side.ts";

/** Limits for people are out of the way of a load, and a machine that is slow beside its builds refuses nothing. */
const SETTINGS: readonly (readonly [string, string, number])[] = [
  ["slipway:app", "requestsPerMinute", 1_000_000],
  ["slipway:app", "expensiveRequestsPerMinute", 1_000_000],
  ["slipway:release", "p95MsMax", 60_000],
];

function succeeded({ exitCode, stdout, all }: Outcome): string {
  if (exitCode !== 0) throw new Error(all);
  return stdout;
}

/** Ours: `npm run up`, with all its gates. */
export async function slipwaySide(): Promise<Side> {
  const checkout = await freshCheckout();
  await ensureLocalSettings({ root: checkout.root });
  for (const [group, name, value] of SETTINGS) setSetting(checkout.root, [group, name], value);
  const deploy = () => checkout.run("npm", ["run", "up"]);
  const output = async (...args: string[]) =>
    succeeded(await checkout.run("npx", ["pulumi", "stack", "output", ...args, "--stack", "local"]));
  succeeded(await deploy());
  return {
    ...{ name: "slipway", checkout, deploy, footprint: () => footprint(checkout.root) },
    url: await output("url"),
    token: await output("apiToken", "--show-secrets"),
    async remove() {
      succeeded(await checkout.run("npm", ["run", "down", "--", "--purge"]));
      checkout.remove();
    },
  };
}
