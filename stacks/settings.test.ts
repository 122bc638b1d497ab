import { expect, test } from "vitest";
import { parse } from "yaml";
import { prodText, withCertificates } from "./golden/example-config.ts";
import { ProdSettings } from "./settings.ts";

/** Production's settings by name, as the example has them. */
function settingsOf(text: string): Record<string, unknown> & { edge: { httpPort: number } } {
  const { config } = parse(text) as { config: Record<string, unknown> };
  const own = Object.entries(config).filter(([name]) => name.startsWith("slipway:"));
  const settings = Object.fromEntries(own.map(([name, value]) => [name.replace("slipway:", ""), value]));
  return settings as ReturnType<typeof settingsOf>;
}

function faults(settings: object): string[] {
  return ProdSettings.safeParse(settings).error?.issues.map(({ message }) => message) ?? [];
}

test("certificates are asked for at port 80, so the door must be there", () => {
  const settings = settingsOf(withCertificates(prodText()));
  const elsewhere = { ...settings, edge: { ...settings.edge, httpPort: 8080 } };
  expect(faults(settings)).toEqual([]);
  expect(faults(elsewhere)).toEqual([
    expect.stringMatching(/^must be 80, where certificate authorities ask/),
  ]);
  expect(faults({ ...elsewhere, certificates: undefined })).toEqual([]);
});
