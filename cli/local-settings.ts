import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { checkoutId, checkoutPort } from "./checkout.ts";
import { freePortFrom } from "./ports.ts";

/** The file that holds the local stack's settings on this machine, and the worked example it starts from. */
export const LOCAL_SETTINGS = "Pulumi.local.yaml";
export const LOCAL_EXAMPLE = "stacks/local.example.yaml";

export type OwnNames = { namePrefix: string; httpPort: number; registryPort: number };

/** The example with this checkout's own names and ports in it; comments stay. */
export function renderLocalSettings(example: string, own: OwnNames): string {
  const document = parseDocument(example);
  document.setIn(["config", "slipway:namePrefix"], own.namePrefix);
  document.setIn(["config", "slipway:edge", "httpPort"], own.httpPort);
  document.setIn(["config", "slipway:registry", "port"], own.registryPort);
  return document.toString({ lineWidth: 0 });
}

/** Makes Pulumi.local.yaml from the worked example where there is none. Returns whether it was made. */
export async function ensureLocalSettings({ root }: { root: string }): Promise<boolean> {
  const file = join(root, LOCAL_SETTINGS);
  if (existsSync(file)) return false;
  const httpPort = await freePortFrom(checkoutPort(root, 0));
  const registryPort = await freePortFrom(httpPort + 1);
  const example = await readFile(join(root, LOCAL_EXAMPLE), "utf8");
  const text = renderLocalSettings(example, {
    namePrefix: `slipway-${checkoutId(root)}`,
    httpPort,
    registryPort,
  });
  const unfinished = `${file}.${process.pid}.log`;
  await writeFile(unfinished, text);
  await rename(unfinished, file);
  return true;
}
