import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

/** The worked example of the local stack's settings, as text. */
export function exampleText(): string {
  return readFileSync(join(import.meta.dirname, "../local.example.yaml"), "utf8");
}

/** Production's settings, as text. */
export function prodText(): string {
  return readFileSync(join(import.meta.dirname, "../../Pulumi.prod.yaml"), "utf8");
}

/** Production's settings with those for certificates, which are commented out, taken in. */
export function withCertificates(text: string): string {
  const [before = "", rest = ""] = text.split(/^ {2}# (?=slipway:certificates:)/m);
  const [block = "", ...after] = rest.split("\n\n");
  return [`${before}  ${block.replaceAll(/^ {2}# {3}/gm, "    ")}`, ...after].join("\n\n");
}

/** A settings file's config as Pulumi hands it to a program: texts as they are, everything else as JSON. */
export function exampleConfig(text: string = exampleText()): Record<string, string> {
  const { config } = parse(text) as { config: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
