import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Properties } from "./tenancy-state.ts";

/** Names in Oracle's configuration file, and the provider's for the same. */
const SETTINGS: Readonly<Record<string, string>> = {
  tenancy: "tenancyOcid",
  user: "userOcid",
  fingerprint: "fingerprint",
  key_file: "privateKeyPath",
  region: "region",
};

/**
 * The provider's settings with those of the profile that they name in `~/.oci/config`, as the real provider reads them:
 * what is said outright wins. Throws where there is no such profile.
 */
export function withProfile(settings: Properties, home: string): Properties {
  const { configFileProfile, ...outright } = settings;
  if (configFileProfile === undefined) return settings;
  return { ...profile(String(configFileProfile), home), ...outright };
}

function profile(name: string, home: string): Properties {
  const section = read(join(home, ".oci/config")).get(name);
  if (!section)
    throw new Error("can not create client, bad configuration: did not find a proper configuration");
  const known = Object.entries(section).filter(([key]) => SETTINGS[key]);
  return Object.fromEntries(known.map(([key, value]) => [SETTINGS[key], value.replace(/^~(?=\/)/, home)]));
}

/** The sections of the file by their names. */
function read(file: string): Map<string, Record<string, string>> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> = {};
  for (const line of text(file)
    .split("\n")
    .map((one) => one.trim())) {
    const [, name] = /^\[(.+)\]$/.exec(line) ?? [];
    const [, key, value] = /^([\w-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name) {
      section = {};
      sections.set(name, section);
    } else if (key && value !== undefined) section[key] = value;
  }
  return sections;
}

function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
