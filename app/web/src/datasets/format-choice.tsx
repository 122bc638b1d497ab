import type { Signal } from "@preact/signals";
import { type DatasetFormat, FORMATS } from "./guess-format.ts";

/** Picks the format; the guess is picked already. */
export function FormatChoice({ format }: { format: Signal<DatasetFormat> }) {
  return (
    <fieldset class="choices">
      <legend>Format</legend>
      {Object.entries(FORMATS).map(([value, { label, hint }]) => (
        <label key={value} class="choice">
          <input
            type="radio"
            name="format"
            value={value}
            checked={format.value === value}
            onChange={() => {
              format.value = value as DatasetFormat;
            }}
          />
          <span>
            <strong>{label}</strong>
            <span class="faint">{hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
