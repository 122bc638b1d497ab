import { figureText } from "../text/number.ts";
import { type Box, linePath } from "../ui/line-path.ts";
import type { EpochLoss } from "./loss.ts";

const BOX: Box = { width: 600, height: 140 };

/** Training and held-out loss by epoch. The numbers are in the log below, so the drawing is one picture. */
export function LossChart({ losses }: { losses: readonly EpochLoss[] }) {
  const last = losses.at(-1);
  const first = losses[0];
  if (!last || !first || losses.length < 2) return null;
  const all = losses.flatMap(({ train, heldOut }) => [train, heldOut]);
  const scale = { min: Math.min(...all) * 0.98, max: Math.max(...all) * 1.02 };
  const slots = last.epochs;
  const fill = (values: number[]) => [
    ...values,
    ...new Array<null>(Math.max(0, slots - values.length)).fill(null),
  ];
  const heldOut = linePath(fill(losses.map((loss) => loss.heldOut)), scale, BOX);
  const train = linePath(fill(losses.map((loss) => loss.train)), scale, BOX);
  return (
    <figure class="panel loss">
      <figcaption>
        <h2>Loss</h2>
        <p class="legend">
          <span class="legend-held-out">held-out {figureText(last.heldOut)}</span>
          <span class="legend-train">train {figureText(last.train)}</span>
        </p>
      </figcaption>
      <svg
        viewBox={`0 -6 ${BOX.width} ${BOX.height + 12}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Held-out loss went from ${figureText(first.heldOut)} to ${figureText(last.heldOut)} in ${losses.length} of ${slots} epochs.`}
      >
        <Grid box={BOX} />
        <path class="line line-train" d={train} />
        <path class="line line-held-out" d={heldOut} />
      </svg>
      <p class="axis" aria-hidden="true">
        <span>epoch 1</span>
        <span>epoch {slots}</span>
      </p>
    </figure>
  );
}

function Grid({ box: { width, height } }: { box: Box }) {
  const lines = [0, 0.5, 1].map((share) => `M0 ${share * height}H${width}`).join("");
  return <path class="grid" d={lines} />;
}
