import type { Signal } from "@preact/signals";
import { Field } from "../ui/field.tsx";

interface Props {
  readonly datasets: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: Signal<string>;
}

/** Picks the dataset to learn from. */
export function DatasetChoice({ datasets, chosen }: Props) {
  return (
    <Field label="Dataset">
      {(control) => (
        <select
          {...control}
          value={chosen}
          onChange={({ currentTarget }) => {
            chosen.value = currentTarget.value;
          }}
        >
          {datasets.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
