import { api, dataOf, type Model } from "../api/client.ts";
import { usePaged } from "../api/paged.ts";
import { datasetName } from "../jobs/dataset-names.ts";
import { bytesText } from "../text/bytes.ts";
import { Moment } from "../ui/moment.tsx";
import { More } from "../ui/more.tsx";
import { PageHead } from "../ui/page-head.tsx";
import { Empty, Loaded } from "../ui/states.tsx";
import { metricText } from "./metrics.ts";

const REFRESH_MS = 15_000;

/** All models, newest first. */
export function ModelList() {
  const models = usePaged(
    "models",
    (query, signal) => dataOf(api.GET("/api/v1/models", { params: { query }, signal })),
    () => REFRESH_MS,
  );
  return (
    <>
      <PageHead title="Models" lead="What came of your jobs: to try here, or to download." />
      <Loaded query={models} what="models">
        {({ items, next_cursor }) => (
          <>
            {items.length === 0 && (
              <Empty icon="model" title="No model yet">
                <p>The first appears when a job succeeds.</p>
                <a class="button" href="/jobs/new">
                  Start a job
                </a>
              </Empty>
            )}
            <ul class="rows">
              {items.map((model) => (
                <ModelRow key={model.id} model={model} />
              ))}
            </ul>
            <More hasMore={next_cursor !== null} isBusy={models.isGrowing} onMore={models.showMore} />
          </>
        )}
      </Loaded>
    </>
  );
}

function ModelRow({ model }: { model: Model }) {
  return (
    <li class="row">
      <div class="row-main">
        <a class="row-title" href={`/models/${model.id}`}>
          {datasetName(model.dataset_id)} <span class="row-title-rest">on {model.base_model}</span>
        </a>
      </div>
      <p class="row-facts">
        <span>{model.name}</span>
        <span>{bytesText(model.bytes)}</span>
        <Moment time={model.created_at} />
      </p>
      <p class="row-metric">{metricText(model.metrics)}</p>
    </li>
  );
}
