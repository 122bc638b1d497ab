import { useSignal } from "@preact/signals";
import { api, type Dataset, dataOf } from "../api/client.ts";
import { useQuery } from "../api/query.ts";
import { announce } from "../shell/announce.ts";
import { navigate } from "../shell/location.ts";
import { useAction } from "../ui/action.ts";
import { Confirm } from "../ui/confirm.tsx";
import { Icon } from "../ui/icon.tsx";
import { PageHead } from "../ui/page-head.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { Loaded } from "../ui/states.tsx";
import { DatasetContent } from "./dataset-content.tsx";
import { DatasetFacts } from "./dataset-facts.tsx";
import { DatasetJobs } from "./dataset-jobs.tsx";

/** One dataset: what it is, the jobs that used it, its end. */
export function DatasetDetail({ id }: { id: string }) {
  const path = { id };
  const dataset = useQuery(`dataset ${id}`, (signal) =>
    dataOf(api.GET("/api/v1/datasets/{id}", { params: { path }, signal })),
  );
  const above = { label: "Datasets", to: "/datasets" };
  if (!dataset.data) {
    return (
      <>
        <PageHead title="Dataset" above={above} />
        <Loaded query={dataset} what="the dataset">
          {() => null}
        </Loaded>
      </>
    );
  }
  const { data } = dataset;
  return (
    <>
      <PageHead title={data.name} above={above} lead={data.description}>
        {data.status === "ready" && (
          <a class="button button-main" href={`/jobs/new?dataset=${id}`}>
            <Icon name="job" />
            Start a job
          </a>
        )}
        <DeleteDataset dataset={data} />
      </PageHead>
      {data.status === "empty" && <DatasetContent id={id} onDone={dataset.refresh} />}
      <DatasetFacts dataset={data} />
      <DatasetJobs id={id} />
    </>
  );
}

function DeleteDataset({ dataset }: { dataset: Dataset }) {
  const isAsking = useSignal(false);
  const { isBusy, problem, run } = useAction();
  const close = () => {
    isAsking.value = false;
  };
  const remove = () =>
    run(async () => {
      await dataOf(api.DELETE("/api/v1/datasets/{id}", { params: { path: { id: dataset.id } } }));
      announce(`Dataset ${dataset.name} is deleted`);
      navigate("/datasets");
    });
  return (
    <>
      <button
        type="button"
        class="button button-quiet"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        <Icon name="remove" />
        Delete
      </button>
      {isAsking.value && (
        <Confirm
          title={`Delete ${dataset.name}?`}
          action="Delete dataset"
          isBusy={isBusy}
          onConfirm={remove}
          onClose={close}
        >
          <p>Its file goes for good. Models that were trained on it stay.</p>
          {problem && <ProblemNotice problem={problem} />}
        </Confirm>
      )}
    </>
  );
}
