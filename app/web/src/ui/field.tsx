import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Props {
  readonly label: string;
  readonly hint?: ComponentChildren;
  readonly fault?: string | undefined;
  /** Gets what ties the control to its label, hint and fault. */
  readonly children: (control: {
    id: string;
    "aria-describedby": string;
    "aria-invalid": boolean;
  }) => ComponentChildren;
}

/** A control with its label, what to put in, and what is wrong with what was put in. */
export function Field({ label, hint, fault, children }: Props) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({ id, "aria-describedby": `${id}-hint ${id}-fault`, "aria-invalid": fault !== undefined })}
      <p class="field-hint" id={`${id}-hint`}>
        {hint}
      </p>
      <p class="field-fault" id={`${id}-fault`}>
        {fault}
      </p>
    </div>
  );
}
