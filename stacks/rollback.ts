import { readFileSync } from "node:fs";
import type { z } from "zod";
import { ReleaseManifest } from "../infra/operations/release/manifest.ts";
import { ConfigError } from "../infra/settings/config-error.ts";
import { checkSettings, settingsError } from "../infra/settings/parse-settings.ts";
import { settingsFile } from "./read-config.ts";
import { ROLLBACK_VARIABLE } from "./rollback-variable.ts";
import type { ContainerSettings } from "./settings.ts";

/** Settings that belong to a release. Names, machines, backups and the gates themselves do not: they stay as they are. */
const RECORDED = ["edge", "postgres", "objectStore", "app", "backend", "worker", "frontend"] as const;

/** The settings that a release is recorded with. No secret is among them: secrets are no settings. */
export function recordedSettings(settings: ContainerSettings): Record<string, unknown> {
  return Object.fromEntries(RECORDED.map((name) => [name, settings[name]]));
}

/** The release that an `up` goes back to; undefined for an ordinary one. Throws a ConfigError where it cannot be read. */
export function readRollback(env: Readonly<Record<string, string | undefined>>): ReleaseManifest | undefined {
  const file = env[ROLLBACK_VARIABLE];
  if (!file) return undefined;
  try {
    return ReleaseManifest.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = (error as Error).message.split("\n")[0];
    throw new ConfigError([`${ROLLBACK_VARIABLE}: ${file} is not the manifest of a release (${reason})`]);
  }
}

/** Settings with those of a release in their place. Throws a ConfigError where they no longer fit the program. */
export function withRecorded<Schema extends z.ZodType>(
  schema: Schema,
  settings: z.infer<Schema>,
  release: ReleaseManifest | undefined,
): z.infer<Schema> {
  if (!release) return settings;
  const recorded = RECORDED.flatMap((name) =>
    name in release.settings ? [[name, release.settings[name]]] : [],
  );
  const checked = checkSettings(schema, { ...(settings as object), ...Object.fromEntries(recorded) });
  if ("faults" in checked)
    throw settingsError(`${settingsFile()} as of release ${release.id}`, checked.faults);
  return checked.settings;
}
