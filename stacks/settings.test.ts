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

test("the door is where the firewall lets in, browsers look and certificate authorities ask", () => {
  const settings = settingsOf(withCertificates(prodText()));
  expect(faults(settings)).toEqual([]);
  const elsewhere = { ...settings, edge: { ...settings.edge, httpPort: 8080, httpsPort: 8443 } };
  expect(faults(elsewhere)).toEqual([
    expect.stringMatching(/^must be 80, which the firewall lets in/),
    expect.stringMatching(/^must be 443, which the firewall lets in/),
  ]);
});
