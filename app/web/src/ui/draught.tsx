import { percentText } from "../text/number.ts";

const MARKS = 20;
const MARKS_LARGE = 60;

interface Props {
  /** 0–1. */
  readonly share: number;
  readonly label: string;
  readonly isMoving?: boolean;
  readonly isLarge?: boolean;
}

/** Progress as the draught marks on a ship's hull: a row of strokes, a longer one each quarter. */
export function Draught({ share, label, isMoving = false, isLarge = false }: Props) {
  const marks = isLarge ? MARKS_LARGE : MARKS;
  const reached = Math.round(share * marks);
  return (
    <div
      class={isLarge ? "draught draught-large" : "draught"}
      data-moving={isMoving}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={percentText(share)}
    >
      {Array.from({ length: marks }, (_, index) => (
        <span key={index} data-on={index < reached} data-quarter={(index + 1) % (marks / 4) === 0} />
      ))}
    </div>
  );
}
