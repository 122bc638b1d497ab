import { signal } from "@preact/signals";
import { api, type Dataset, dataOf } from "../api/client.ts";

/** Names of datasets by id, as far as known: jobs name theirs only by id. */
const names = signal<Readonly<Record<string, string>>>({});
const asked = new Set<string>();

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
    void dataOf(api.GET("/api/v1/datasets/{id}", { params: { path: { id } } }))
      .then((dataset) => noteNames([dataset]))
      .catch(() => {});
  }
  return names.value[id] ?? `dataset ${id.slice(-6)}`;
}
