import { readFileSync } from "node:fs";
import { join } from "node:path";
import { filledIn, sectionOf } from "./document-commands.ts";

/** The headings of docs/oracle-cloud.md that lead to a served site. */
export const SECTIONS = {
  signIn: "1. Let Pulumi sign in",
  settings: "2. Say what you want",
  up: "3. Bring it up",
  certificate: "4. A certificate that browsers know",
};

/** The guide of a checkout. */
export function oracleGuide(root: string): string {
  return readFileSync(join(root, "docs/oracle-cloud.md"), "utf8");
}

/** A text of the guide with one's own in place of what it leaves open. Throws where something is open still. */
export function asOwn(text: string, yours: Readonly<Record<string, string>>): string {
  const filled = filledIn(text, yours);
  if (/…|NAMESPACE/.test(filled)) throw new Error(`The guide leaves something open: ${filled}`);
  return filled;
}

/** The settings that the guide has people look through, by its names for them. */
export function settingsOfGuide(guide: string): string[] {
  return [...sectionOf(guide, SECTIONS.settings).matchAll(/^\| `([^`]+)`/gm)].map(([, name = ""]) => name);
}
