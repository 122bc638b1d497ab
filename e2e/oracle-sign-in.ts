import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf } from "./document-commands.ts";
import { asOwn, oracleGuide, SECTIONS } from "./oracle-guide.ts";
import type { ProdStack } from "./prod-stack.ts";

/** Puts into the person's home what the guide says: the key that Oracle's console makes, and what it shows then. */
export function writeOracleConfig({ checkout, home, tenancy }: ProdStack): void {
  const { userOcid, fingerprint, tenancyOcid, privateKeyPath } = tenancy.emulator.account;
  const [config = ""] = blocksOf(oracleGuide(checkout.root), "ini", SECTIONS.signIn);
  const shown = {
    "ocid1.user.oc1..…": userOcid,
    "12:34:…": fingerprint,
    "ocid1.tenancy.oc1..…": tenancyOcid,
  };
  const directory = join(home.directory, ".oci");
  mkdirSync(directory);
  cpSync(privateKeyPath, join(directory, "key.pem"));
  writeFileSync(join(directory, "config"), asOwn(config, shown));
}
