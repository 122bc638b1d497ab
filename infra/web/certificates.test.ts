import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { CONFIG_PATH } from "../../certificates/config.ts";
import { inputsOf, recordProgram } from "../recording/record-program.ts";
import { CertificateSettings, directoryUrl } from "./certificate-settings.ts";
import { Certificates, certificatesConfig } from "./certificates.ts";

const settings: CertificateSettings = {
  ...{ email: "you@example.org", authority: "letsencrypt", renewAtFraction: 0.66, memoryMb: 64, cpus: 0.5 },
};

async function recorded(more: Partial<CertificateSettings> = {}) {
  const { resources } = await recordProgram(
    () =>
      new Certificates(
        "certificates",
        {
          ...{
            scope: { prefix: "test" },
            settings: { ...settings, ...more },
            network: { id: "net" },
            domain: "app.example.org",
          },
          image: pulumi.output("certificates@sha256:a"),
        },
        {},
      ),
  );
  return resources;
}

test("account and certificates are in a volume for data, at the path that the program is told", async () => {
  const resources = await recorded();
  const volume = inputsOf(resources, "Volume", "certificates-data").name;
  const { containerSpec } = inputsOf(resources, "Service", "certificates").taskSpec;
  const { store } = certificatesConfig({ settings, domain: "app.example.org" });
  expect(containerSpec.mounts[1]).toMatchObject({ target: store, source: volume });
});

test("the program finds its settings where it looks for them", async () => {
  const resources = await recorded();
  const { configs } = inputsOf(resources, "Service", "certificates").taskSpec.containerSpec;
  expect(configs).toMatchObject([{ fileName: CONFIG_PATH }]);
  const { data } = inputsOf(resources, "ServiceConfig", "certificates-config");
  expect(JSON.parse(Buffer.from(data, "base64").toString())).toEqual({
    ...{ domain: "app.example.org", email: "you@example.org", renewAtFraction: 0.66 },
    directoryUrl: "https://acme-v02.api.letsencrypt.org/directory",
    isTrial: false,
    ...{ store: "/certificates", challengePort: 8080, statusPort: 9189 },
    door: "edge:8080",
  });
});

test("two never ask side by side", async () => {
  const { updateConfig, mode } = inputsOf(await recorded(), "Service", "certificates");
  expect(updateConfig.order).toBe("stop-first");
  expect(mode.replicated.replicas).toBe(1);
});

test("an authority of one's own is believed by the program", async () => {
  const authorityRoot = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  const { configs } = inputsOf(await recorded({ authorityRoot }), "Service", "certificates").taskSpec
    .containerSpec;
  const { rootsFile } = certificatesConfig({ settings: { ...settings, authorityRoot }, domain: "a.test" });
  expect(configs.map(({ fileName }: { fileName: string }) => fileName)).toContain(rootsFile);
  expect(CertificateSettings.safeParse({ ...settings, authorityRoot }).success).toBe(true);
});

test("what Let's Encrypt issues for trying things out is not served", () => {
  const of = (authority: string) =>
    certificatesConfig({ settings: { ...settings, authority }, domain: "a.test" });
  expect(of("letsencrypt-staging").isTrial).toBe(true);
  expect(of("letsencrypt").isTrial).toBe(false);
});

test("an authority is named, or given by its directory", () => {
  expect(directoryUrl({ authority: "letsencrypt-staging" })).toContain("https://acme-staging-v02.");
  expect(directoryUrl({ authority: "https://ca.example.org/acme/dir" })).toBe(
    "https://ca.example.org/acme/dir",
  );
});

test.each([
  ["authority", "zerossl"],
  ["authority", "http://ca.example.org/dir"],
  ["authorityRoot", "/etc/root.pem"],
  ["email", "you"],
  ["renewAtFraction", 0.95],
  ["renewAtFraction", 0.1],
  ["memoryMb", 16],
])("the settings refuse %s: %s", (name, value) => {
  expect(CertificateSettings.safeParse({ ...settings, [name]: value }).success).toBe(false);
  expect(CertificateSettings.safeParse(settings).success).toBe(true);
});
