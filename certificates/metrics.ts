import { REASONS } from "./certificate-error.ts";
import type { Figures } from "./keep-certificate.ts";

type Metric = { name: string; type: "gauge" | "counter"; help: string; values: Record<string, number> };

function lines({ name, type, help, values }: Metric): string {
  const samples = Object.entries(values).map(([labels, value]) => `${name}${labels} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples, ""].join("\n");
}

const seconds = (time: Date | undefined) => Math.floor((time?.getTime() ?? 0) / 1_000);

/** The figures as Prometheus' text. Every reason is there from the start, so that its first failure is an increase. */
export function renderMetrics({ issued, dueAt, lastAttempt, failures }: Figures): string {
  const gauge = (name: string, help: string, time: Date | undefined): Metric => ({
    ...{ name: `certificate_${name}_timestamp_seconds`, type: "gauge", help, values: { "": seconds(time) } },
  });
  return [
    gauge("not_before", "When the certificate in use began, 0 where there is none.", issued?.notBefore),
    gauge("not_after", "When the certificate in use ends, 0 where there is none.", issued?.notAfter),
    gauge("due", "When a certificate is asked for next, 0 for at once.", dueAt),
    gauge("last_attempt", "When one was asked for last, 0 for not yet.", lastAttempt),
    {
      ...{ name: "certificate_failures_total", type: "counter" as const },
      help: "Attempts that did not end with a certificate in use, by reason.",
      values: Object.fromEntries(REASONS.map((reason) => [`{reason="${reason}"}`, failures[reason] ?? 0])),
    },
  ]
    .map(lines)
    .join("");
}
