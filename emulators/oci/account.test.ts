import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { cloudOf, start } from "./test-cloud.ts";

describe("signing in", () => {
  test("a wrong key, or none, is refused", async () => {
    const emulator = await start();
    const { make, compartmentId } = cloudOf(emulator);
    emulator.provider.settings = { ...emulator.account, privateKeyPath: undefined, privateKey: "nonsense" };
    const vcn = make("vcn", { compartmentId, cidrBlock: "10.0.0.0/16" });
    await expect(vcn).rejects.toThrow("401-NotAuthenticated");
  });

  test("a profile of ~/.oci/config signs in as the console wrote it, and one that is not there is refused", async () => {
    const home = mkdtempSync(join(tmpdir(), "oci-home-"));
    onTestFinished(() => rmSync(home, { recursive: true }));
    const emulator = await start({ home });
    const { make, compartmentId } = cloudOf(emulator);
    const { userOcid, fingerprint, tenancyOcid, region, privateKeyPath } = emulator.account;
    mkdirSync(join(home, ".oci"));
    writeFileSync(join(home, ".oci/key.pem"), readFileSync(privateKeyPath));
    const section = `user=${userOcid}\nfingerprint=${fingerprint}\ntenancy=${tenancyOcid}\nregion=${region}\nkey_file=~/.oci/key.pem\n`;
    writeFileSync(join(home, ".oci/config"), `[OTHER]\nuser=nobody\n\n[DEFAULT]\n${section}`);
    emulator.provider.settings = { configFileProfile: "DEFAULT" };
    await make("vcn", { compartmentId, cidrBlock: "10.0.0.0/16" });
    emulator.provider.settings = { configFileProfile: "OTHER" };
    const other = make("vcn", { compartmentId, cidrBlock: "10.1.0.0/16" });
    await expect(other).rejects.toThrow("401-NotAuthenticated");
    emulator.provider.settings = { configFileProfile: "NONE" };
    const none = make("vcn", { compartmentId, cidrBlock: "10.1.0.0/16" });
    await expect(none).rejects.toThrow("did not find a proper configuration");
  });
});
