/** A box to draw in, in SVG units. */
export interface Box {
  readonly width: number;
  readonly height: number;
}

export interface Scale {
  readonly min: number;
  readonly max: number;
}

/** The path of a line through the values, evenly spaced over `slots`, newest at the right; null breaks it. */
export function linePath(
  values: readonly (number | null)[],
  scale: Scale,
  box: Box,
  slots = values.length,
): string {
  const step = box.width / Math.max(1, slots - 1);
  const first = box.width - step * (values.length - 1);
  let isOpen = false;
  return values
    .map((value, index) => {
      if (value === null) {
        isOpen = false;
        return "";
      }
      const command = isOpen ? "L" : "M";
      isOpen = true;
      return `${command}${round(first + step * index)} ${round(heightOf(value, scale, box))}`;
    })
    .join("");
}

/** Where a value lies, from the top. */
export function heightOf(value: number, { min, max }: Scale, { height }: Box): number {
  return max === min ? height : height - ((value - min) / (max - min)) * height;
}

/** A round number at or above the largest value, at least `floor`: the top of a chart. */
export function niceTop(values: readonly (number | null)[], floor: number): number {
  const most = values.reduce<number>((top, value) => Math.max(top, value ?? 0), floor);
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 2.5, 5, 10].find((factor) => factor * power >= most) ?? 10;
  return step * power;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
