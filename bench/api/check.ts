import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { BenchServer } from "./servers.ts";

/** A benchmark of two servers that answer differently would compare nothing. */
export async function checkSameAnswers(
  bare: BenchServer,
  real: BenchServer,
  path: string,
  barePath = path,
): Promise<void> {
  const bareAnswer = await ask(bare, barePath);
  let realAnswer = await ask(real, path);
  // A process that has just loaded all its code is "overloaded" for a moment.
  for (let tries = 0; realAnswer.status === 503 && tries < 20; tries += 1) {
    await sleep(500);
    realAnswer = await ask(real, path);
  }
  assert.deepEqual(await realAnswer.json(), await bareAnswer.json());
  const [bareHealth, realHealth] = [bare, real].map((server) => ask(server, "/api/v1/health"));
  assert.deepEqual(namesIn(await (await realHealth)?.json()), namesIn(await (await bareHealth)?.json()));
}

/** The names in a document, without the values. */
function namesIn(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, namesIn(inner)]));
}

/** Nothing was switched off to win: token, limit, validation, metrics and log have all seen the requests. */
export async function checkAllIsOn(real: BenchServer, path: string, requests: number): Promise<void> {
  const anonymous = await fetch(real.url + path);
  assert.equal(anonymous.status, 401);
  assert.equal((await ask(real, "/api/v1/jobs/no-id")).status, 400);
  const answer = await ask(real, path);
  assert.ok(answer.headers.has("x-request-id"));
  assert.ok(answer.headers.has("content-security-policy"));
  assert.ok(answer.headers.has("ratelimit-remaining"));
  const metrics = await (await ask(real, "/metrics")).text();
  const counted = /http_requests_total\{method="GET",path="\/api\/v1\/jobs\/:id",status="200"\} (\d+)/.exec(
    metrics,
  );
  assert.ok(Number(counted?.[1]) >= requests, `${counted?.[1]} of ${requests} requests are in the metrics`);
  // What is gathered is written five times a second.
  await sleep(1_000);
  const lines = await real.logLines();
  assert.ok(lines >= requests, `${lines} of ${requests} requests are in the log`);
}

function ask(server: BenchServer, path: string): Promise<Response> {
  return fetch(server.url + path, { headers: { authorization: `Bearer ${server.token}` } });
}
