import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { registryAddress } from "../infra/swarm/registry-address.ts";
import { LOCAL_SETTINGS } from "./local-settings.ts";
import { OperatorError } from "./operator-error.ts";

/** What the verbs need to know of the local stack's settings; the program checks the whole file. */
export type LocalStack = {
  namePrefix: string;
  /** Host and port of its registry; undefined where the settings name no port. */
  registry: string | undefined;
};

type SettingsFile = { config?: Record<string, unknown> } | null;

function parseFile(text: string): SettingsFile {
  try {
    return parse(text) as SettingsFile;
  } catch (error) {
    throw new OperatorError(`${LOCAL_SETTINGS}: not YAML: ${(error as Error).message}`);
  }
}

/**
 * Reads the local stack's name prefix and registry. Throws OperatorError where the file cannot be read as settings, or
 * has no prefix.
 */
export async function readLocalStack(root: string): Promise<LocalStack> {
  const config = parseFile(await readFile(join(root, LOCAL_SETTINGS), "utf8"))?.config ?? {};
  const namePrefix = config["slipway:namePrefix"];
  if (typeof namePrefix !== "string") throw new OperatorError(`${LOCAL_SETTINGS}: namePrefix: must be given`);
  const { port } = (config["slipway:registry"] ?? {}) as { port?: unknown };
  return { namePrefix, registry: typeof port === "number" ? registryAddress({ port }) : undefined };
}
