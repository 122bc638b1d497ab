import { useSignal } from "@preact/signals";
import { api, dataOf, type Model } from "../api/client.ts";
import { useQuery } from "../api/query.ts";
import { datasetName } from "../jobs/dataset-names.ts";
import { announce } from "../shell/announce.ts";
import { bytesText } from "../text/bytes.ts";
import { momentText } from "../text/time.ts";
import { useAction } from "../ui/action.ts";
import { Draught } from "../ui/draught.tsx";
import { Facts } from "../ui/facts.tsx";
import { Icon } from "../ui/icon.tsx";
import { PageHead } from "../ui/page-head.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { Loaded } from "../ui/states.tsx";
import { fetchModel, saveFile } from "./fetch-model.ts";
import { MetricFigures } from "./metric-figures.tsx";
import { TryModel } from "./try-model.tsx";

const ABOVE = { label: "Models", to: "/models" };

/** One model: how good it is, a place to try it, its file. */
export function ModelDetail({ id }: { id: string }) {
  const query = useQuery(`model ${id}`, (signal) =>
    dataOf(api.GET("/api/v1/models/{id}", { params: { path: { id } }, signal })),
  );
  const model = query.data;
  return (
    <>
      <PageHead
        title={model ? datasetName(model.dataset_id) : "Model"}
        above={ABOVE}
        lead={model && `Trained from ${model.base_model}`}
      />
      <Loaded query={query} what="the model">
        {(found) => (
          <>
            <MetricFigures metrics={found.metrics} />
            <Download model={found} />
            <TryModel model={found} />
            <UseElsewhere model={found} />
            <ModelFacts model={found} />
          </>
        )}
      </Loaded>
    </>
  );
}

function Download({ model }: { model: Model }) {
  const share = useSignal(0);
  const { isBusy, problem, run } = useAction();
  const download = () =>
    run(async () => {
      const progress = (value: number) => {
        share.value = value;
      };
      const file = await fetchModel(model, progress, AbortSignal.timeout(3_600_000));
      saveFile(model.name, model.content_type, file);
      announce(`${model.name} is downloaded`);
    });
  return (
    <div class="stack-small">
      <p class="form-actions">
        <button type="button" class="button button-main" disabled={isBusy} onClick={() => void download()}>
          <Icon name="download" />
          Download {model.name}
        </button>
        <span class="faint">{bytesText(model.bytes)}, checked against its SHA-256</span>
      </p>
      {isBusy && <Draught share={share.value} label="Downloaded" isMoving />}
      {problem && <ProblemNotice problem={problem} />}
    </div>
  );
}

/** The command for who wants the model outside this page. */
function UseElsewhere({ model }: { model: Model }) {
  return (
    <section class="panel stack-small" aria-labelledby="elsewhere">
      <h2 id="elsewhere">Use it elsewhere</h2>
      <p>
        The file is in the safetensors format and needs nothing but itself. With the downloaded file in a
        checkout of Slipway, this writes in a terminal:
      </p>
      <pre class="command">
        <code>{`npx node app/generate.ts ${model.name} --prompt "Once" --length 300 --temperature 0.7`}</code>
      </pre>
    </section>
  );
}

function ModelFacts({ model }: { model: Model }) {
  return (
    <section class="panel" aria-label="About this model">
      <Facts
        items={[
          [
            "Dataset",
            <a key="dataset" href={`/datasets/${model.dataset_id}`}>
              {datasetName(model.dataset_id)}
            </a>,
          ],
          [
            "Job",
            <a key="job" href={`/jobs/${model.job_id}`}>
              its log and parameters
            </a>,
          ],
          ["Made", momentText(model.created_at)],
          ["File", `${model.name}, ${bytesText(model.bytes)}`],
          ["SHA-256", <code key="sha256">{model.sha256}</code>],
        ]}
      />
    </section>
  );
}
