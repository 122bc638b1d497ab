import { type PulumiRun, readPulumi } from "./run-pulumi.ts";
import { makeMissingSecrets } from "./stack-secrets.ts";

const NAMESPACE = "slipway:";

/** The settings that a stack has, secret ones included, without the namespace. */
async function presentSettings(run: PulumiRun): Promise<Set<string>> {
  const config = JSON.parse(await readPulumi(run, ["config", "--json"])) as Record<string, unknown>;
  return new Set(Object.keys(config).map((key) => key.replace(NAMESPACE, "")));
}

/**
 * Gives a stack the secrets it lacks, encrypted into its settings file. Returns the names of those it made.
 * Values go by standard input, never by a command line.
 */
export async function ensureSecrets(run: PulumiRun): Promise<string[]> {
  const made = await makeMissingSecrets(run.stack, await presentSettings(run));
  for (const [name, value] of made) {
    await readPulumi(run, ["config", "set", "--secret", `${NAMESPACE}${name}`], value);
  }
  return [...made.keys()];
}
