import { Field } from "../ui/field.tsx";
import { PageHead } from "../ui/page-head.tsx";
import { ContentProblem } from "./content-problem.tsx";
import { DropZone } from "./drop-zone.tsx";
import { FormatChoice } from "./format-choice.tsx";
import { type NewDatasetForm, useNewDatasetForm } from "./new-dataset-form.ts";
import { UploadProgress } from "./upload-progress.tsx";

/** Makes a dataset from a file. */
export function DatasetNew() {
  const form = useNewDatasetForm();
  const { action, file, share } = form;
  const submit = (event: Event) => {
    event.preventDefault();
    void form.submit();
  };
  return (
    <>
      <PageHead
        title="New dataset"
        above={{ label: "Datasets", to: "/datasets" }}
        lead="The file is checked line by line while it is sent; nothing is kept unless all of it is sound."
      />
      <form class="form" onSubmit={submit}>
        <DropZone file={file.value} isBusy={action.isBusy} onFile={(chosen) => void form.choose(chosen)} />
        <Words form={form} />
        <FormatChoice format={form.format} />
        {action.problem && <ContentProblem problem={action.problem} file={file.value} />}
        <UploadProgress share={share.value} onCancel={form.stop} />
        <div class="form-actions">
          <button type="submit" class="button button-main" disabled={action.isBusy || !file.value}>
            {action.isBusy ? "Working …" : "Create dataset"}
          </button>
          <a class="button button-quiet" href="/datasets">
            Cancel
          </a>
        </div>
      </form>
    </>
  );
}

function Words({ form: { name, description } }: { form: NewDatasetForm }) {
  return (
    <>
      <Field label="Name" hint="How you find it again. Each name once.">
        {(control) => (
          <input
            {...control}
            type="text"
            required
            maxLength={100}
            value={name}
            onInput={({ currentTarget }) => {
              name.value = currentTarget.value;
            }}
          />
        )}
      </Field>
      <Field label="Description (optional)">
        {(control) => (
          <textarea
            {...control}
            rows={2}
            maxLength={1_000}
            value={description}
            onInput={({ currentTarget }) => {
              description.value = currentTarget.value;
            }}
          />
        )}
      </Field>
    </>
  );
}
