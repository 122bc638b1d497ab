import { figureText } from "../text/number.ts";
import { metricLabel, orderedMetrics } from "./metrics.ts";

/** The measured figures, large. */
export function MetricFigures({ metrics }: { metrics: Readonly<Record<string, number>> }) {
  return (
    <dl class="figures" aria-label="Metrics">
      {orderedMetrics(metrics).map(([name, value]) => (
        <div key={name}>
          <dt>{metricLabel(name)}</dt>
          <dd>{figureText(value)}</dd>
        </div>
      ))}
    </dl>
  );
}
