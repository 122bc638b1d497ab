import type { Limits } from "../emulators/oci/limits.ts";
import { type Checkout, freshCheckout } from "./checkout.ts";
import type { ProdSite } from "./prod-site.ts";
import { emptyTenancy, fillProdSettings, type ProdTenancy } from "./prod-tenancy.ts";
import { setSetting } from "./set-setting.ts";

/** The prod stack of a fresh checkout, in a tenancy of its own, with nothing made yet. */
export type ProdStack = {
  checkout: Checkout;
  tenancy: ProdTenancy;
  /** Sets one of its settings. */
  set(path: string[], value: unknown): void;
  /** Runs a command in the checkout, as the operator. Resolves with what it prints; throws with all of it. */
  done(command: string, args: string[], env?: Record<string, string>): Promise<string>;
  pulumi(...args: string[]): Promise<string>;
  /** Where it is served, once it is up. */
  site(): Promise<ProdSite>;
  remove(): Promise<void>;
};

/** Machines so small that several fit on this one, and settings that let a load through. */
const SETTINGS: readonly (readonly [string[], unknown])[] = [
  [["slipway:oracle", "machine", "ocpus"], 1],
  [["slipway:oracle", "machine", "memoryGb"], 6],
  // This kernel may have no ESP.
  [["slipway:network", "encrypted"], false],
  [["slipway:app", "requestsPerMinute"], 1_000_000],
  [["slipway:app", "expensiveRequestsPerMinute"], 1_000_000],
];

/** Makes everything ready for the first `up`. */
export async function prodStack(limits: Limits): Promise<ProdStack> {
  const checkout = await freshCheckout();
  const run = async (command: string, args: string[], env: Record<string, string>) => {
    const { exitCode, stdout, all } = await checkout.run(command, args, { env });
    if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")}: exit status ${exitCode}\n${all}`);
    return stdout;
  };
  await run("npm", ["ci", "--no-audit", "--no-fund"], {});
  await run("npm", ["run", "prepare:machine"], {});
  const tenancy = await emptyTenancy(checkout, limits);
  const done: ProdStack["done"] = (command, args, env = {}) => run(command, args, { ...tenancy.env, ...env });
  const pulumi = (...args: string[]) =>
    done("npx", ["pulumi", ...args, "--stack", "prod", "--non-interactive"]);
  const set = (path: string[], value: unknown) => setSetting(checkout.root, path, value, "prod");
  fillProdSettings(checkout, tenancy);
  for (const [path, value] of SETTINGS) set(path, value);
  await done("npx", ["pulumi", "stack", "init", "prod"]);
  await done("npx", ["slipway", "secrets", "--stack", "prod"]);
  return {
    ...{ checkout, tenancy, set, done, pulumi },
    site: () => siteOf(pulumi),
    remove: async () => {
      await tenancy.remove();
      checkout.remove();
    },
  };
}

async function siteOf(pulumi: ProdStack["pulumi"]): Promise<ProdSite> {
  const [address = ""] = JSON.parse(await pulumi("stack", "output", "publicIps", "--json")) as string[];
  const value = (name: string) => pulumi("config", "get", `slipway:${name}`);
  const token = await pulumi("stack", "output", "apiToken", "--show-secrets");
  return { address, token, domain: await value("domain"), authority: await value("internalCaCertificate") };
}

/** Lets a stack have several machines: they cost, and their images are in Oracle's registry. */
export async function allowSeveral({ tenancy, set, done }: ProdStack): Promise<void> {
  const { userName, authToken } = tenancy.emulator.account;
  set(["slipway:oracle", "allowPaid"], true);
  const secret = ["pulumi", "config", "set", "--secret", "--stack", "prod"];
  await done("npx", [...secret, "slipway:registryUser", "--", userName]);
  await done("npx", [...secret, "slipway:registryPassword", "--", authToken]);
}
