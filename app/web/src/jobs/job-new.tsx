import { api, dataOf } from "../api/client.ts";
import { useQuery } from "../api/query.ts";
import { address } from "../shell/location.ts";
import { PageHead } from "../ui/page-head.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { Empty, Loaded } from "../ui/states.tsx";
import { DatasetChoice } from "./dataset-choice.tsx";
import { noteNames } from "./dataset-names.ts";
import { ModelChoice } from "./model-choice.tsx";
import { useNewJobForm } from "./new-job-form.ts";
import { ParameterFields } from "./parameter-fields.tsx";

const DATASETS_MAX = 100;

/** Starts a job. */
export function JobNew() {
  const datasets = useQuery("ready datasets", async (signal) => {
    const query = { limit: DATASETS_MAX };
    const { items } = await dataOf(api.GET("/api/v1/datasets", { params: { query }, signal }));
    noteNames(items);
    return items.filter(({ status }) => status === "ready");
  });
  return (
    <>
      <PageHead
        title="New job"
        above={{ label: "Jobs", to: "/jobs" }}
        lead="Pick what to learn from and where to start."
      />
      <Loaded query={datasets} what="datasets">
        {(ready) => (ready.length === 0 ? <NoDataset /> : <JobForm datasets={ready} />)}
      </Loaded>
    </>
  );
}

function JobForm({ datasets }: { datasets: readonly { id: string; name: string }[] }) {
  const wanted = new URLSearchParams(address.peek().search).get("dataset");
  const form = useNewJobForm(datasets.find(({ id }) => id === wanted)?.id ?? datasets[0]?.id ?? "");
  const { action } = form;
  const submit = (event: Event) => {
    event.preventDefault();
    void form.submit();
  };
  return (
    <form class="form" onSubmit={submit} noValidate>
      <DatasetChoice datasets={datasets} chosen={form.datasetId} />
      <ModelChoice form={form} />
      <ParameterFields texts={form.texts} />
      {action.problem && <ProblemNotice problem={action.problem} />}
      <div class="form-actions">
        <button type="submit" class="button button-main" disabled={action.isBusy}>
          {action.isBusy ? "Starting …" : "Start job"}
        </button>
        <a class="button button-quiet" href="/jobs">
          Cancel
        </a>
      </div>
    </form>
  );
}

function NoDataset() {
  return (
    <Empty icon="dataset" title="A job needs a dataset">
      <p>None is ready yet.</p>
      <a class="button button-main" href="/datasets/new">
        Add a dataset
      </a>
    </Empty>
  );
}
