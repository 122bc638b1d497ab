import { isDeepStrictEqual } from "node:util";
import type { ServiceSpecs } from "../../infra/operations/release/notes.ts";

/** One thing that is not what the last release left; `was` and `is` are texts, undefined where there was, or is, nothing. */
export type Difference = { service: string; what: string; was: string | undefined; is: string | undefined };

/** Parts of a specification that people know by a shorter name. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^TaskTemplate\.ContainerSpec\.Image$/, "image"],
  [/^TaskTemplate\.ContainerSpec\.Env\./, "environment "],
  [/^TaskTemplate\.ContainerSpec\.Mounts\./, "mount "],
  [/^TaskTemplate\.ContainerSpec\.Secrets\./, "secret "],
  [/^TaskTemplate\.ContainerSpec\.Configs\./, "config "],
  [/^TaskTemplate\.Networks\./, "network "],
  [/^Mode\.Replicated\.Replicas$/, "replicas"],
  [/^TaskTemplate\.ContainerSpec\./, ""],
  [/^TaskTemplate\./, ""],
];

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What tells the entries of a list apart: a variable's name, a path in the container, a network. */
function keyOf(entry: unknown): string {
  if (typeof entry === "string") return entry.split("=")[0] ?? entry;
  const { Target, File, ConfigName, SecretName } = (entry ?? {}) as Record<string, unknown>;
  const path = (File as { Name?: string } | undefined)?.Name;
  return String(path ?? Target ?? ConfigName ?? SecretName ?? JSON.stringify(entry));
}

/** What people compare in an entry: a variable's value, the name of a secret or a config. */
function comparedOf(entry: unknown): unknown {
  if (typeof entry === "string" && entry.includes("=")) return entry.slice(entry.indexOf("=") + 1);
  const { ConfigName, SecretName } = (entry ?? {}) as Record<string, unknown>;
  return ConfigName ?? SecretName ?? entry;
}

/** Lists whose order says nothing become fields, so that one entry more is one difference. */
function fieldsOf(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every((entry) => isFields(entry) || /^\w+=/.test(String(entry))))
    return value;
  return Object.fromEntries(value.map((entry) => [keyOf(entry), comparedOf(entry)]));
}

function text(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function named(path: string): string {
  for (const [pattern, name] of NAMES) if (pattern.test(path)) return path.replace(pattern, name);
  return path;
}

function compare(service: string, path: string, before: unknown, now: unknown): Difference[] {
  if (isDeepStrictEqual(before, now)) return [];
  const [was, is] = [fieldsOf(before), fieldsOf(now)];
  if (!isFields(was) || !isFields(is))
    return [{ service, what: named(path), was: text(before), is: text(now) }];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
    compare(service, path ? `${path}.${key}` : key, was[key], is[key]),
  );
}

/** What is different between services as a release left them and as they are: every field of their specifications. */
export function differences(recorded: ServiceSpecs, live: ServiceSpecs): Difference[] {
  const names = [...new Set([...Object.keys(recorded), ...Object.keys(live)])].sort();
  return names.flatMap((service) => {
    const [was, is] = [recorded[service], live[service]];
    if (!is) return [{ service, what: "service", was: "there", is: undefined }];
    if (!was) return [{ service, what: "service", was: undefined, is: "there" }];
    return compare(service, "", was, is);
  });
}
