import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Executor } from "../core/executor.ts";
import { OPENAPI_FILE } from "../openapi-document.ts";
import { sampleText, TestClient } from "../testing/client.ts";
import { fuzz, type KnownIds } from "../testing/schemathesis.ts";
import { createStack, type TestStack } from "../testing/stack.ts";

const EXAMPLES_MAX = 30;
const FUZZ_MAX_MS = 300_000;
/** Enough that the fuzzer's own DELETEs do not use them up. */
const KNOWN_COUNT = 15;

/** Trains nothing: answers are held against the document here, whatever the model is worth. */
const instantExecutor: Executor = {
  name: "local",
  async run(_job, { log }) {
    log("info", "Nothing to do.");
    const content = Buffer.from("a model");
    return { name: "model.bin", contentType: "application/octet-stream", metrics: { loss: 1 }, content };
  },
};

/** Open to the backend network and without parameters: there is nothing that could be wrong. */
const TAKING_NOTHING = ["GET /health", "GET /health/live", "GET /health/ready", "GET /metrics"];

const document = readFileSync(OPENAPI_FILE, "utf8");
let stack: TestStack;
let url: string;
let known: KnownIds;

beforeAll(async () => {
  stack = await createStack();
  url = (await stack.startApi()).url.replace("0.0.0.0", "127.0.0.1");
  const client = new TestClient(url);
  const names = Array.from({ length: KNOWN_COUNT }, (_, n) => `known ${n}`);
  const datasets = await Promise.all(names.map((name) => datasetWithUpload(client, name)));
  const newJob = (id: string) => client.job({ dataset_id: id, base_model: "char-mlp-small" });
  const canceled = await Promise.all(datasets.map(newJob));
  for (const { id } of canceled) await client.fetch(`/jobs/${id}/cancel`, { method: "POST" });
  await stack.startWorker([instantExecutor]);
  const begun = await Promise.all(datasets.map(newJob));
  const succeeded = await Promise.all(begun.map(({ id }) => client.ended(id)));
  known = {
    datasets,
    jobs: [...canceled, ...succeeded].map(({ id }) => id),
    models: succeeded.flatMap(({ model_id }) => model_id ?? []),
  };
});
afterAll(() => stack.remove());

/** A dataset that is ready, with other content uploaded past the API, to be completed. */
async function datasetWithUpload(client: TestClient, name: string): Promise<string> {
  const { id } = await client.dataset(name, "text", sampleText(20));
  const upload = await (await client.fetch(`/datasets/${id}/upload-url`, { method: "POST" })).json();
  await fetch((upload as { url: string }).url, { method: "PUT", body: sampleText(30) });
  return id;
}

/** Statuses that each operation has answered so far, by `METHOD path`, from the API's own metrics. */
async function answered(): Promise<Map<string, Set<string>>> {
  const text = await (await new TestClient(url).fetch("/metrics")).text();
  const found = new Map<string, Set<string>>();
  const line = /^http_requests_total\{method="(\w+)",path="\/api\/v1([^"]*)",status="(\d+)"\}/gm;
  for (const [, method, path = "", status = ""] of text.matchAll(line)) {
    const name = `${method} ${path.replace(/:(\w+)/g, "{$1}")}`;
    found.set(name, (found.get(name) ?? new Set()).add(status));
  }
  return found;
}

test(
  "every operation answers valid and invalid requests as the document says, and never with a 5xx",
  async () => {
    const { exitCode, text } = await fuzz({ url, document, known, examplesMax: EXAMPLES_MAX });
    expect(exitCode, text).toBe(0);
    expect(text).toMatch(/Tested: 21/);

    const statuses = await answered();
    const operations = Object.entries(JSON.parse(document).paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map(
        (method) => `${method.toUpperCase()} ${path.slice("/api/v1".length)}`,
      ),
    );
    const kinds = (name: string, kind: string) =>
      [...(statuses.get(name) ?? [])].some((s) => s.startsWith(kind));
    expect(operations.filter((name) => !kinds(name, "2"))).toEqual([]);
    expect(operations.filter((name) => kinds(name, "5"))).toEqual([]);
    expect(operations.filter((name) => !kinds(name, "4"))).toEqual(TAKING_NOTHING);
    const errors = stack.logLines.filter((line) => JSON.parse(line).level === "error");
    expect(errors).toEqual([]);
    process.stdout.write(`${text.slice(text.indexOf("Test cases:"))}\n`);
  },
  FUZZ_MAX_MS,
);

test(
  "a document that is wrong in one word is found out",
  async () => {
    const broken = JSON.parse(document);
    broken.components.schemas.Dataset.properties.format.type = "integer";
    const options = { url, known, examplesMax: 1, operationId: "listDatasets" };
    expect(await fuzz({ ...options, document })).toMatchObject({ exitCode: 0 });
    const { exitCode, text } = await fuzz({ ...options, document: JSON.stringify(broken) });
    expect(exitCode).toBe(1);
    expect(text).toMatch(/Response violates schema/);
  },
  FUZZ_MAX_MS,
);
