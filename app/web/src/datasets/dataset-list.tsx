import { api, type Dataset, dataOf } from "../api/client.ts";
import { usePaged } from "../api/paged.ts";
import { bytesText } from "../text/bytes.ts";
import { pluralText } from "../text/number.ts";
import { Icon } from "../ui/icon.tsx";
import { Moment } from "../ui/moment.tsx";
import { More } from "../ui/more.tsx";
import { PageHead } from "../ui/page-head.tsx";
import { Empty, Loaded } from "../ui/states.tsx";
import { StatusBadge } from "../ui/status-badge.tsx";
import { FORMATS } from "./guess-format.ts";

const REFRESH_MS = 15_000;

/** All datasets, newest first. */
export function DatasetList() {
  const datasets = usePaged(
    "datasets",
    (query, signal) => dataOf(api.GET("/api/v1/datasets", { params: { query }, signal })),
    () => REFRESH_MS,
  );
  return (
    <>
      <PageHead title="Datasets" lead="The texts your models learn from.">
        <a class="button button-main" href="/datasets/new">
          <Icon name="plus" />
          New dataset
        </a>
      </PageHead>
      <Loaded query={datasets} what="datasets">
        {({ items, next_cursor }) =>
          items.length === 0 ? (
            <NoDatasets />
          ) : (
            <>
              <ul class="rows">
                {items.map((dataset) => (
                  <DatasetRow key={dataset.id} dataset={dataset} />
                ))}
              </ul>
              <More hasMore={next_cursor !== null} isBusy={datasets.isGrowing} onMore={datasets.showMore} />
            </>
          )
        }
      </Loaded>
    </>
  );
}

function DatasetRow({ dataset }: { dataset: Dataset }) {
  return (
    <li class="row">
      <div class="row-main">
        <a class="row-title" href={`/datasets/${dataset.id}`}>
          {dataset.name}
        </a>
        {dataset.description && <p class="row-note">{dataset.description}</p>}
      </div>
      <p class="row-facts">
        <span>{FORMATS[dataset.format].label}</span>
        {dataset.rows !== null && <span>{pluralText(dataset.rows, "row")}</span>}
        {dataset.bytes !== null && <span>{bytesText(dataset.bytes)}</span>}
        <Moment time={dataset.created_at} />
      </p>
      <StatusBadge status={dataset.status} />
    </li>
  );
}

function NoDatasets() {
  return (
    <Empty icon="dataset" title="No dataset yet">
      <p>A few hundred lines of text are enough for a first model.</p>
      <a class="button" href="/datasets/new">
        Add a file
      </a>
    </Empty>
  );
}
