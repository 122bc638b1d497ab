import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Stats } from "../api/client.ts";
import { clockText } from "../text/time.ts";
import { type Box, heightOf, linePath, niceTop } from "../ui/line-path.ts";
import { SAMPLES_MAX } from "./history.ts";
import type { KeyFigure } from "./key-figures.ts";

const BOX: Box = { width: 300, height: 72 };

/** One figure: its value now, large, and how it went. Pointing at the line reads older values. */
export function FigureChart({ figure, samples }: { figure: KeyFigure; samples: readonly Stats[] }) {
  const pointed = useSignal<number | undefined>(undefined);
  const now = samples.at(-1);
  const index =
    pointed.value === undefined ? samples.length - 1 : Math.min(pointed.value, samples.length - 1);
  const shown = samples[index];
  const value = shown ? figure.of(shown) : null;
  const point = ({ currentTarget, clientX }: PointerEvent & { currentTarget: SVGSVGElement }) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const slot = Math.round(((clientX - left) / width) * (SAMPLES_MAX - 1));
    pointed.value = Math.max(0, slot - (SAMPLES_MAX - samples.length));
  };
  return (
    <section class="key-figure" aria-label={figure.title}>
      <h2>{figure.title}</h2>
      <p class="key-value">
        {value === null ? "–" : figure.text(value)}
        {figure.unit && <span class="key-unit"> {figure.unit}</span>}
      </p>
      <p class="key-note">
        {pointed.value !== undefined && shown ? `at ${clockText(shown.time)}` : now && figure.note(now)}
      </p>
      <Chart
        figure={figure}
        samples={samples}
        pointed={pointed.value === undefined ? undefined : index}
        onPoint={point}
        onLeave={() => {
          pointed.value = undefined;
        }}
      />
    </section>
  );
}

interface ChartProps {
  readonly figure: KeyFigure;
  readonly samples: readonly Stats[];
  readonly pointed: number | undefined;
  readonly onPoint: (event: PointerEvent & { currentTarget: SVGSVGElement }) => void;
  readonly onLeave: () => void;
}

function Chart({ figure, samples, pointed, onPoint, onLeave }: ChartProps) {
  const { line, area, scale } = useMemo(() => draw(figure, samples), [figure, samples]);
  const shown = pointed === undefined ? undefined : samples[pointed];
  const value = shown && figure.of(shown);
  const x = pointed === undefined ? 0 : xOf(pointed, samples.length);
  return (
    <div class="chart">
      <svg
        viewBox={`0 -4 ${BOX.width} ${BOX.height + 5}`}
        preserveAspectRatio="none"
        aria-hidden="true"
        onPointerMove={onPoint}
        onPointerLeave={onLeave}
      >
        <path
          class="grid"
          d={`M0 0H${BOX.width}M0 ${BOX.height / 2}H${BOX.width}M0 ${BOX.height}H${BOX.width}`}
        />
        <path class="area" d={area} />
        <path class="line" d={line} />
        {typeof value === "number" && (
          <path class="cursor" d={`M${x} ${BOX.height}V${heightOf(value, scale, BOX)}`} />
        )}
      </svg>
      <span class="chart-top" aria-hidden="true">
        {figure.text(scale.max)}
      </span>
    </div>
  );
}

function draw(figure: KeyFigure, samples: readonly Stats[]) {
  const values = samples.map(figure.of);
  const scale = { min: 0, max: niceTop(values, figure.top) };
  const line = linePath(values, scale, BOX, SAMPLES_MAX);
  // Filled only while the line is whole: a gap is no zero.
  const isWhole = values.length > 1 && values.every((value) => value !== null);
  const area = isWhole ? `${line}V${BOX.height}H${xOf(0, samples.length)}Z` : "";
  return { line, area, scale };
}

function xOf(index: number, count: number): number {
  const step = BOX.width / (SAMPLES_MAX - 1);
  return BOX.width - step * (count - 1 - index);
}
