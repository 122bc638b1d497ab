import type { Dataset } from "../api/client.ts";
import { bytesText } from "../text/bytes.ts";
import { countText } from "../text/number.ts";
import { momentText } from "../text/time.ts";
import { Facts } from "../ui/facts.tsx";
import { StatusBadge } from "../ui/status-badge.tsx";
import { FORMATS } from "./guess-format.ts";

/** What is known of a dataset. */
export function DatasetFacts({ dataset }: { dataset: Dataset }) {
  return (
    <section class="panel" aria-label="About this dataset">
      <Facts
        items={[
          ["Status", <StatusBadge key="status" status={dataset.status} />],
          ["Format", FORMATS[dataset.format].label],
          ["Rows", dataset.rows === null ? "–" : countText(dataset.rows)],
          ["Size", dataset.bytes === null ? "–" : bytesText(dataset.bytes)],
          ["Made", momentText(dataset.created_at)],
          ["SHA-256", dataset.sha256 === null ? "–" : <code key="sha256">{dataset.sha256}</code>],
        ]}
      />
    </section>
  );
}
