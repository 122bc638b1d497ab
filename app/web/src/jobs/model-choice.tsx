import type { NewJobForm } from "./new-job-form.ts";
import { BASE_MODELS } from "./parameters.ts";

const EXECUTORS = {
  local: { label: "Here", hint: "local · on a worker of this stack" },
  kaggle: { label: "Kaggle", hint: "kaggle · on a notebook of your account" },
} as const;

/** Picks the base model and where it is trained. */
export function ModelChoice({ form: { baseModel, executor } }: { form: NewJobForm }) {
  return (
    <>
      <Choices legend="Base model" name="base_model" options={BASE_MODELS} chosen={baseModel} />
      <Choices legend="Where to train" name="executor" options={EXECUTORS} chosen={executor} />
    </>
  );
}

interface ChoicesProps<Value extends string> {
  readonly legend: string;
  readonly name: string;
  readonly options: Readonly<Record<Value, { readonly label: string; readonly hint: string }>>;
  readonly chosen: { value: Value };
}

function Choices<Value extends string>({ legend, name, options, chosen }: ChoicesProps<Value>) {
  return (
    <fieldset class="choices choices-side">
      <legend>{legend}</legend>
      {(Object.keys(options) as Value[]).map((value) => (
        <label key={value} class="choice">
          <input
            type="radio"
            name={name}
            value={value}
            checked={chosen.value === value}
            onChange={() => {
              chosen.value = value;
            }}
          />
          <span>
            <strong>{options[value].label}</strong>
            <span class="faint">{options[value].hint}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
