import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";

/** Sets one of a stack's settings in a checkout. */
export function setSetting(root: string, path: string[], value: unknown, stack = "local"): void {
  const file = join(root, `Pulumi.${stack}.yaml`);
  const document = parseDocument(readFileSync(file, "utf8"));
  document.setIn(["config", ...path], value);
  writeFileSync(file, document.toString({ lineWidth: 0 }));
}
