import { signal } from "@preact/signals";
import { api, type Dataset, dataOf } from "../api/client.ts";

/** As many as one answer may hold. */
const IDS_MAX = 100;
/** Before names whose request failed are asked for again. */
const RETRY_MS = 3_000;

/** Names of datasets by id, as far as known: jobs name theirs only by id. */
const names = signal<Readonly<Record<string, string>>>({});
const asked = new Set<string>();
/** Asked for since the last request: what one turn shows is looked up together. */
let wanted: string[] = [];

/** Remembers names that came with a list. */
export function noteNames(datasets: readonly Pick<Dataset, "id" | "name">[]): void {
  const found = Object.fromEntries(datasets.map(({ id, name }) => [id, name]));
  for (const { id } of datasets) asked.add(id);
  names.value = { ...names.peek(), ...found };
}

/** The name of a dataset; looks it up once when it is not known, and shows the id's end until then. */
export function datasetName(id: string): string {
  if (!asked.has(id)) {
    asked.add(id);
    if (wanted.length === 0) setTimeout(lookUpWanted);
    wanted.push(id);
  }
  return names.value[id] ?? `dataset ${id.slice(-6)}`;
}

/** Whoever shows them asks again. */
function forget(ids: readonly string[]): void {
  for (const id of ids) asked.delete(id);
  names.value = { ...names.peek() };
}

function lookUpWanted(): void {
  for (let start = 0; start < wanted.length; start += IDS_MAX) {
    const ids = wanted.slice(start, start + IDS_MAX);
    void dataOf(api.GET("/api/v1/datasets", { params: { query: { ids: ids.join(","), limit: IDS_MAX } } }))
      .then(({ items }) => noteNames(items))
      .catch(() => setTimeout(() => forget(ids), RETRY_MS));
  }
  wanted = [];
}
