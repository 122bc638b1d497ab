import { expect, test } from "vitest";
import { renderMetrics } from "./metrics.ts";

const none = { issued: undefined, dueAt: new Date(0), lastAttempt: new Date(0), failures: {} };

test("every reason is there from the start, so that its first failure is an increase", () => {
  expect(renderMetrics(none)).toContain('certificate_failures_total{reason="challenge-failed"} 0\n');
  expect(renderMetrics({ ...none, failures: { "challenge-failed": 2 } })).toContain(
    'certificate_failures_total{reason="challenge-failed"} 2\n',
  );
});

test("the end of the certificate is told in seconds, 0 where there is none", () => {
  const issued = {
    ...{ chain: "", directoryUrl: "", domain: "", fingerprint: "" },
    ...{ notBefore: new Date("2026-01-01T00:00:00Z"), notAfter: new Date("2026-04-01T00:00:00Z") },
  };
  expect(renderMetrics({ ...none, issued })).toContain(
    "certificate_not_after_timestamp_seconds 1775001600\n",
  );
  expect(renderMetrics(none)).toContain("certificate_not_after_timestamp_seconds 0\n");
});
