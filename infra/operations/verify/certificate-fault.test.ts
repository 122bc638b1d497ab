import { expect, test } from "vitest";
import { certificateFault } from "./certificate-fault.ts";

const now = new Date("2026-03-01T00:00:00Z");
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);

test.each([
  ["with months left", -24, 24 * 60, undefined],
  ["of 90 days with 25 hours left", -24 * 89 + 1, 25, undefined],
  ["of 90 days with 23 hours left", -24 * 89, 23, "ends 2026-03-01T23:00:00.000Z and was not renewed"],
  ["of a day with 3 hours left", -21, 3, undefined],
  ["of a day with 2 hours left", -22, 2, "ends 2026-03-01T02:00:00.000Z and was not renewed"],
  ["that is over", -24, -1, "ended 2026-02-28T23:00:00.000Z"],
  ["that is not good yet", 1, 24, "is not good before 2026-03-01T01:00:00.000Z"],
])("a certificate %s", (_what, begins, ends, fault) => {
  const found = certificateFault({ begins: hours(begins), ends: hours(ends) }, now);
  if (fault === undefined) expect(found).toBeUndefined();
  else expect(found).toBe(`the certificate ${fault}`);
});
