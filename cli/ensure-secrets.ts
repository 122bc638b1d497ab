import { type PulumiRun, readPulumi } from "./run-pulumi.ts";
import { makeMissingSecrets } from "./stack-secrets.ts";

const NAMESPACE = "slipway:";

type Config = Record<string, { value?: string }>;

/** The settings that a stack has, secret ones without their values. */
async function presentSettings(run: PulumiRun): Promise<Config> {
  return JSON.parse(await readPulumi(run, ["config", "--json"])) as Config;
}

/**
 * Gives a stack the secrets it lacks, encrypted into its settings file. Returns the names of those it made.
 * Values go by standard input, never by a command line.
 */
export async function ensureSecrets(run: PulumiRun): Promise<string[]> {
  const settings = await presentSettings(run);
  const present = new Set(Object.keys(settings).map((key) => key.replace(NAMESPACE, "")));
  const made = await makeMissingSecrets(run.stack, present, settings[`${NAMESPACE}domain`]?.value);
  for (const [name, value] of made) {
    await readPulumi(run, ["config", "set", "--secret", `${NAMESPACE}${name}`], value);
  }
  return [...made.keys()];
}
