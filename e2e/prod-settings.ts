import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkoutPort } from "../cli/checkout.ts";
import type { ProdTenancy } from "./prod-tenancy.ts";
import { setSetting } from "./set-setting.ts";

type Setting = readonly [path: string[], value: unknown];

/** What the guide calls yours, by the names it has for it; this machine is the administrator's. */
export function yourSettings({ emulator, machines }: ProdTenancy): Record<string, unknown> {
  const { tenancyOcid, region } = emulator.account;
  const image = Object.values(emulator.state.resources).find(({ kind }) => kind === "image");
  return {
    "oci:configFileProfile": "DEFAULT",
    domain: "app.boats.example",
    "oracle/tenancyId": tenancyOcid,
    "oracle/compartmentId": tenancyOcid,
    "oracle/region": region,
    "oracle/adminCidrs": [`${machines.network.gateway}/32`],
    "oracle/machine/imageId": image?.id,
    "oracle/budget/alertEmail": "operator@boats.example",
  };
}

/** The path in the settings file of what a document calls `oracle/region`. */
function pathOf(name: string): string[] {
  const [first = "", ...rest] = name.split("/");
  return [first.includes(":") ? first : `slipway:${first}`, ...rest];
}

/** What differs because several checkouts share this machine, and a test has no minute to watch. */
function ofThisMachine(root: string): Setting[] {
  return [
    [["slipway:registry", "port"], checkoutPort(root, 7)],
    [["slipway:release", "bakeSeconds"], 5],
  ];
}

/** Edits a checkout's settings as the tenancy's owner does. */
export function fillProdSettings(root: string, tenancy: ProdTenancy): void {
  const yours = Object.entries(yourSettings(tenancy)).map(([name, value]): Setting => [pathOf(name), value]);
  for (const [path, value] of [...yours, ...ofThisMachine(root)]) setSetting(root, path, value, "prod");
}

/** Takes the comment signs away from the settings for certificates. */
export function uncommentCertificates(root: string): void {
  const file = join(root, "Pulumi.prod.yaml");
  const block = /^ {2}# slipway:certificates:\n(?: {2}# {3}.*\n)+/m;
  const text = readFileSync(file, "utf8");
  if (!block.test(text)) throw new Error(`${file} has no settings for certificates in comments`);
  writeFileSync(
    file,
    text.replace(block, (found) => found.replaceAll(/^ {2}# /gm, "  ")),
  );
}
