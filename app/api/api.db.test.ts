import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { localExecutor } from "../adapters/local/executor.ts";
import { generate, readModel } from "../core/language-model/language-model.ts";
import type { Model } from "../core/model.ts";
import { sampleText, TestClient } from "../testing/client.ts";
import { createStack, type TestStack } from "../testing/stack.ts";

let stack: TestStack;
let client: TestClient;

beforeAll(async () => {
  stack = await createStack();
  client = new TestClient((await stack.startApi()).url);
  await stack.startWorker([localExecutor()]);
});
afterAll(() => stack.remove());

test("a dataset becomes a model that writes text", async () => {
  const dataset = await client.dataset("animals", "text", sampleText(300));
  const job = await client.job({
    dataset_id: dataset.id,
    base_model: "char-mlp-small",
    parameters: { epochs: 3, seed: 7 },
  });
  expect(job).toMatchObject({ status: "queued", attempt: 0, progress: 0, executor: "local" });
  const ended = await client.ended(job.id);
  expect(ended).toMatchObject({ status: "succeeded", attempt: 1, progress: 1, error: null });
  const model = (await (await client.fetch(`/models/${ended.model_id}`)).json()) as Model;
  expect(model).toMatchObject({ job_id: job.id, name: "model.safetensors" });
  expect(model.metrics.held_out_loss).toBeLessThan(1);
  const download = await client.fetch(`/models/${model.id}/download`);
  expect(download.headers.get("etag")).toBe(`"${model.sha256}"`);
  const file = new Uint8Array(await download.arrayBuffer());
  expect(file.length).toBe(model.bytes);
  const text = generate(readModel(file), "the ", { length: 40, seed: 1, temperature: 0.3 });
  expect(text).toMatch(/fox|dog|cat|hen/);
});

describe("errors", () => {
  test("without a token everything but health and the OpenAPI document is a 401 problem", async () => {
    const headers = { authorization: "Bearer wrong-wrong-wrong-wrong" };
    const answer = await client.fetch("/jobs", { headers });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
    expect(await answer.json()).toMatchObject({ status: 401, instance: "/api/v1/jobs" });
    expect((await client.fetch("/openapi.json", { headers })).status).toBe(200);
    const health = await client.fetch("/health", { headers });
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { status: "up", services: { database: { status: "up" }, object_store: { status: "up" } } },
    ]);
  });
});

test("datasets are listed by their ids, those that there are", async () => {
  const named = await Promise.all(["one", "two", "three"].map((name) => client.dataset(name, "text", "row")));
  const listed = async (ids: string) => {
    const answer = await client.fetch(`/datasets?ids=${ids}`);
    if (!answer.ok) return answer.status;
    return ((await answer.json()) as { items: { name: string }[] }).items.map(({ name }) => name).sort();
  };
  const [one, two] = named.map(({ id }) => id);
  expect(await listed(`${one}`)).toEqual(["one"]);
  expect(await listed(`${two},00000000-0000-7000-8000-000000000000,${one}`)).toEqual(["one", "two"]);
  expect(await listed("one,two")).toBe(400);
});

test("a finished job is deleted with its log and its model; one that is not finished stays", async () => {
  const dataset = await client.dataset("short-lived", "text", sampleText(50));
  const parameters = { epochs: 1, seed: 7 };
  const body = { dataset_id: dataset.id, base_model: "char-mlp-small", parameters };
  const { id, model_id } = await client.ended((await client.job(body)).id);
  const statuses = async (paths: string[]) =>
    Promise.all(paths.map(async (path) => (await client.fetch(path)).status));
  const paths = [`/jobs/${id}`, `/jobs/${id}/logs`, `/models/${model_id}`, `/models/${model_id}/download`];
  expect(await statuses(paths)).toEqual([200, 200, 200, 200]);
  expect((await client.fetch(`/jobs/${id}`, { method: "DELETE" })).status).toBe(204);
  expect(await statuses(paths)).toEqual([404, 404, 404, 404]);
  expect((await client.fetch(`/jobs/${id}`, { method: "DELETE" })).status).toBe(404);
  const unfinished = await client.job({ ...body, parameters: { epochs: 100, seed: 7 } });
  expect((await client.fetch(`/jobs/${unfinished.id}`, { method: "DELETE" })).status).toBe(409);
  await client.fetch(`/jobs/${unfinished.id}/cancel`, { method: "POST" });
});
