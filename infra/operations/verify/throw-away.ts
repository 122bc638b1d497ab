import { randomBytes } from "node:crypto";
import { ask, askJson, type Door } from "./door.ts";

/** Every dataset of a check begins like this, and nobody else's does. */
const NAME_START = "slipway-verify-";
const TEXT = Array.from({ length: 40 }, (_, n) => `the boat ${n % 5} goes down the slipway`).join("\n");
const API = "/api/v1";

type Dataset = { id: string; name: string };
type Listed = { items: { id: string; status?: string; name?: string }[] };

/** Makes a dataset with a few lines of text. */
export async function makeDataset(door: Door): Promise<string> {
  const json = { name: `${NAME_START}${randomBytes(6).toString("hex")}`, format: "text" };
  const { id } = await askJson<Dataset>(door, { method: "POST", path: `${API}/datasets`, json }, 201);
  await askJson(door, { method: "PUT", path: `${API}/datasets/${id}/content`, content: TEXT }, 200);
  return id;
}

/** Starts the least job that makes a model. */
export async function startJob(door: Door, dataset: string): Promise<string> {
  const json = { dataset_id: dataset, base_model: "char-mlp-small", parameters: { epochs: 1, seed: 1 } };
  return (await askJson<{ id: string }>(door, { method: "POST", path: `${API}/jobs`, json }, 202)).id;
}

async function removeJob(door: Door, id: string): Promise<void> {
  await ask(door, { method: "POST", path: `${API}/jobs/${id}/cancel` });
  for (let tries = 0; tries < 10; tries += 1) {
    const { status } = await ask(door, { method: "DELETE", path: `${API}/jobs/${id}` });
    if (status !== 409) return;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

async function removeDataset(door: Door, id: string): Promise<void> {
  const { items } = await askJson<Listed>(door, { path: `${API}/jobs?dataset_id=${id}&limit=100` }, 200);
  for (const job of items) await removeJob(door, job.id);
  const { status } = await ask(door, { method: "DELETE", path: `${API}/datasets/${id}` });
  if (status >= 300 && status !== 404)
    throw new Error(`the throw-away dataset ${id} could not be removed (${status})`);
}

/** Removes all that checks have made, those of a run that was killed too. */
export async function removeThrowAway(door: Door): Promise<void> {
  const { items } = await askJson<Listed>(door, { path: `${API}/datasets?limit=100` }, 200);
  for (const { id, name } of items) if (name?.startsWith(NAME_START)) await removeDataset(door, id);
}
