import { execa } from "execa";
import { readLocalStack } from "../cli/local-stack.ts";
import { ApiClient } from "./api-client.ts";
import { type Checkout, freshCheckout, type Outcome, type RunOptions } from "./checkout.ts";

/** A stack that is up, in a checkout of its own. */
export type RunningStack = {
  checkout: Checkout;
  /** The start of its names on the engine. */
  prefix: string;
  url: string;
  token: string;
  api: ApiClient;
  /** Runs a line as a person types it in the checkout. Throws with what they would have seen where it fails. */
  typed(line: string, options?: RunOptions): Promise<Outcome>;
  /** What the database answers to queries of its superuser: a line each row, columns with `|` between them. */
  psql(...queries: string[]): Promise<string>;
  /** Takes everything away, data too. */
  remove(): Promise<void>;
};

/** Brings a stack up in a fresh checkout; `prepare` may change that before. */
export async function runningStack(prepare?: (checkout: Checkout) => Promise<void>): Promise<RunningStack> {
  const checkout = await freshCheckout({ installed: true });
  const typed = async (line: string, options?: RunOptions) => {
    const outcome = await checkout.shell(line, options);
    if (outcome.exitCode !== 0) throw new Error(`${line}\n${outcome.all}`);
    return outcome;
  };
  await prepare?.(checkout);
  await typed("npm run up");
  const prefix = (await readLocalStack(checkout.root)).namePrefix;
  const output = async (args: string) =>
    (await typed(`npx pulumi stack output --stack local ${args}`)).stdout;
  const [url, token] = [await output("url"), await output("apiToken --show-secrets")];
  return {
    ...{ checkout, prefix, url, token, typed, api: new ApiClient(url, token) },
    async psql(...queries) {
      const { stdout: container } = await execa("docker", ["ps", "-qf", `name=${prefix}-postgres`]);
      const asked = queries.flatMap((query) => ["-c", query]);
      return (await execa("docker", ["exec", container, "psql", "-AtU", "postgres", "app", ...asked])).stdout;
    },
    async remove() {
      await typed("npm run down -- --purge");
      checkout.remove();
    },
  };
}
