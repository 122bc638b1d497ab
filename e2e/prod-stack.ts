import type { Limits } from "../emulators/oci/limits.ts";
import { type Checkout, freshCheckout, type Outcome } from "./checkout.ts";
import { writeOracleConfig } from "./oracle-sign-in.ts";
import { type OwnHome, ownHome } from "./own-home.ts";
import { fillProdSettings } from "./prod-settings.ts";
import type { ProdSite } from "./prod-site.ts";
import { emptyTenancy, type ProdTenancy } from "./prod-tenancy.ts";
import { setSetting } from "./set-setting.ts";

/** The prod stack of a fresh checkout, in a tenancy and with a home of its own. */
export type ProdStack = {
  checkout: Checkout;
  tenancy: ProdTenancy;
  home: OwnHome;
  /** What is in the shell of whoever types; what is added stays for all commands after. */
  env: Record<string, string>;
  /** Sets one of its settings. */
  set(path: string[], value: unknown): void;
  /** Runs a command in the checkout, as the operator. Resolves with what it prints; throws with all of it. */
  done(command: string, args: string[], env?: Record<string, string>): Promise<string>;
  /** The same for a line of shell. */
  typed(line: string): Promise<string>;
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

/** A fresh checkout, an empty home and an empty tenancy: the stack is still to be made. */
export async function newcomer(limits: Limits = {}, { installed = false } = {}): Promise<ProdStack> {
  const checkout = await freshCheckout({ installed });
  const home = ownHome();
  const tenancy = await emptyTenancy(home.directory, limits);
  const env = { ...tenancy.env, ...home.env };
  const done: ProdStack["done"] = async (command, args, more = {}) =>
    printed([command, ...args].join(" "), await checkout.run(command, args, { env: { ...env, ...more } }));
  const pulumi = (...args: string[]) =>
    done("npx", ["pulumi", ...args, "--stack", "prod", "--non-interactive"]);
  return {
    ...{ checkout, tenancy, home, env, done, pulumi },
    set: (path, value) => setSetting(checkout.root, path, value, "prod"),
    typed: async (line) => printed(line, await checkout.shell(line, { env })),
    site: () => siteOf(pulumi),
    remove: async () => {
      await tenancy.remove();
      checkout.remove();
      home.remove();
    },
  };
}

function printed(line: string, { exitCode, stdout, all }: Outcome): string {
  if (exitCode === 0) return stdout;
  throw new Error(`${line}: exit status ${exitCode}\n${all}`);
}

/** Makes everything ready for the first `up`, with the state in the checkout. */
export async function prodStack(limits: Limits): Promise<ProdStack> {
  const stack = await newcomer(limits, { installed: true });
  const { checkout, tenancy, done } = stack;
  await done("npm", ["run", "prepare:machine"]);
  writeOracleConfig(stack);
  fillProdSettings(checkout.root, tenancy);
  for (const [path, value] of SETTINGS) stack.set(path, value);
  await done("npx", ["pulumi", "stack", "init", "prod"]);
  await done("npx", ["slipway", "secrets", "--stack", "prod"]);
  return stack;
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
