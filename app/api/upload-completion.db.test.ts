import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { storeOf } from "../connections.ts";
import type { Dataset } from "../core/dataset.ts";
import { sampleText, TestClient } from "../testing/client.ts";
import { createStack, type TestStack } from "../testing/stack.ts";

const CONTENT = sampleText(300);
const ACCEPTED = {
  bytes: CONTENT.length,
  sha256: createHash("sha256").update(CONTENT).digest("hex"),
  rows: 300,
  status: "ready",
};

let stack: TestStack;
/** Two replicas of the API. */
let replicas: [TestClient, TestClient];

beforeAll(async () => {
  stack = await createStack();
  replicas = [await startReplica(), await startReplica()];
});
afterAll(() => stack.remove());

async function startReplica(): Promise<TestClient> {
  return new TestClient((await stack.startApi()).url);
}

/** A dataset whose file lies in the object store, to be completed. */
async function uploaded(name: string): Promise<string> {
  const [client] = replicas;
  const { id } = (await (await client.json("POST", "/datasets", { name, format: "text" })).json()) as Dataset;
  const upload = await (await client.fetch(`/datasets/${id}/upload-url`, { method: "POST" })).json();
  await fetch((upload as { url: string }).url, { method: "PUT", body: CONTENT });
  return id;
}

async function complete(client: TestClient, id: string) {
  const answer = await client.fetch(`/datasets/${id}/complete`, { method: "POST" });
  return { status: answer.status, body: await answer.json() };
}

async function objectsOf(id: string): Promise<string[]> {
  const keys: string[] = [];
  for (const kind of ["datasets", "uploads"])
    for await (const { key } of storeOf(stack.settings()).list(`${kind}/${id}/`)) keys.push(key);
  return keys;
}

test("a complete that is asked for again says the same", async () => {
  const id = await uploaded("asked twice");
  expect(await complete(replicas[0], id)).toEqual({ status: 200, body: ACCEPTED });
  for (const replica of replicas)
    expect(await complete(replica, id)).toEqual({ status: 200, body: ACCEPTED });
});

test("completes at once, on several replicas, all say the same and leave one object", async () => {
  const id = await uploaded("asked at once");
  const asked = [...replicas, ...replicas].map((replica) => complete(replica, id));
  expect(await Promise.all(asked)).toEqual(asked.map(() => ({ status: 200, body: ACCEPTED })));
  const [{ object_key } = {}] = await stack.query("SELECT object_key FROM datasets WHERE id = $1", [id]);
  expect(await objectsOf(id)).toEqual([object_key]);
});

test("a complete without an upload is a conflict", async () => {
  const [client] = replicas;
  const created = await client.json("POST", "/datasets", { name: "nothing sent", format: "text" });
  const { id } = (await created.json()) as Dataset;
  expect(await complete(client, id)).toMatchObject({ status: 409 });
});
