import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime/config.js";
import type { z } from "zod";
import { ConfigError } from "../infra/settings/config-error.ts";
import { checkSettings, settingsError } from "../infra/settings/parse-settings.ts";

const NAMESPACE = "slipway";

/** The name of the settings file of the stack that is running. */
export function settingsFile(): string {
  return `Pulumi.${pulumi.getStack()}.yaml`;
}

/** Groups and lists reach the program as JSON; a text is itself. */
function parsedText(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : text;
}

/** What the settings file says, without the secrets. */
function writtenSettings(secretNames: readonly string[]): Record<string, unknown> {
  const own = Object.entries(allConfig())
    .filter(([key]) => key.startsWith(`${NAMESPACE}:`))
    .map(([key, text]) => [key.slice(NAMESPACE.length + 1), text] as const);
  return Object.fromEntries(
    own.filter(([name]) => !secretNames.includes(name)).map(([name, text]) => [name, parsedText(text)]),
  );
}

async function settingLines(root: string): Promise<(path: readonly string[]) => number | undefined> {
  const file = join(root, settingsFile());
  if (!existsSync(file)) return () => undefined;
  // Read and parsed only where there is a fault to point at.
  const { lineOfSetting } = await import("../infra/settings/yaml-line.ts");
  const text = readFileSync(file, "utf8");
  return (path) => lineOfSetting(text, NAMESPACE, path);
}

export type ReadConfigArgs<Schema, Name extends string> = {
  /** Directory of the settings files. */
  root: string;
  schema: Schema;
  secretNames: readonly Name[];
  /** Secrets that only some settings need. */
  optionalSecretNames?: readonly string[];
};

/** A stack's secrets by name. Their values stay secret wherever they go. */
export type Secrets<Name extends string> = Readonly<Record<Name, pulumi.Output<string>>>;

/**
 * The settings and secrets of the running stack, checked. Throws a ConfigError with every fault of the settings at
 * once, or, when they are right, with the names of all missing secrets.
 */
export async function readConfig<Schema extends z.ZodType, Name extends string>({
  root,
  schema,
  secretNames,
  optionalSecretNames = [],
}: ReadConfigArgs<Schema, Name>): Promise<{ settings: z.infer<Schema>; secrets: Secrets<Name> }> {
  const checked = checkSettings(schema, writtenSettings([...secretNames, ...optionalSecretNames]));
  if ("faults" in checked) throw settingsError(settingsFile(), checked.faults, await settingLines(root));
  return { settings: checked.settings, secrets: readSecrets(secretNames) };
}

/** The stack's secrets of the given names. Throws a ConfigError with the names of all missing ones, and what to do. */
export function readSecrets<Name extends string>(names: readonly Name[], remedy?: string): Secrets<Name> {
  const config = new pulumi.Config(NAMESPACE);
  const read = names.map((name) => [name, config.getSecret(name)] as const);
  const missing = read.filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length > 0) {
    const made = `run "npx slipway secrets --stack ${pulumi.getStack()}"`;
    throw new ConfigError([
      `${settingsFile()}: secrets are missing (${missing.join(", ")}): ${remedy ?? made}`,
    ]);
  }
  return Object.fromEntries(read) as Secrets<Name>;
}
