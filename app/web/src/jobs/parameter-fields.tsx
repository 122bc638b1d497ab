import type { Signal } from "@preact/signals";
import { Field } from "../ui/field.tsx";
import type { ParameterTexts } from "./new-job-form.ts";
import { PARAMETER_NAMES, PARAMETERS, parameterFault } from "./parameters.ts";

/** The numbers of a training, each told at once when it will not do. */
export function ParameterFields({ texts }: { texts: Signal<ParameterTexts> }) {
  return (
    <fieldset class="parameters">
      <legend>Parameters</legend>
      {PARAMETER_NAMES.map((name) => (
        <Field
          key={name}
          label={PARAMETERS[name].label}
          hint={PARAMETERS[name].hint}
          fault={parameterFault(name, texts.value[name])}
        >
          {(control) => (
            <input
              {...control}
              type="text"
              inputMode={PARAMETERS[name].isWhole ? "numeric" : "decimal"}
              autocomplete="off"
              value={texts.value[name]}
              onInput={({ currentTarget }) => {
                texts.value = { ...texts.peek(), [name]: currentTarget.value };
              }}
            />
          )}
        </Field>
      ))}
    </fieldset>
  );
}
