import { createHash, X509Certificate } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { certificateFault } from "./certificate-fault.ts";
import { type Answer, ask, askJson, type Door } from "./door.ts";
import { makeDataset, startJob } from "./throw-away.ts";

const API = "/api/v1";
const POLL_MS = 1_500;
const HEALTH_SECONDS_MAX = 30;
const JOB_SECONDS_MAX = 120;

/** What one check hands to the next. */
export type Made = { dataset?: string; job?: string; model?: string };

/** One look at the stack through its door. Rejects with what is wrong; resolves with what is worth noting, if anything. */
export type Check = (door: Door, made: Made) => Promise<string | undefined>;

type Job = { status: string; model_id?: string; error?: unknown };

function expectStatus({ status, body }: Answer, expected: number, what: string): void {
  if (status === expected) return;
  throw new Error(
    `${what} was answered with ${status}, not ${expected}: ${body.toString("utf8").slice(0, 300)}`,
  );
}

const health: Check = async (door) => {
  const deadline = Date.now() + HEALTH_SECONDS_MAX * 1_000;
  for (;;) {
    const answer = await ask(door, { path: `${API}/health` });
    if (answer.status === 200) return undefined;
    if (Date.now() > deadline) expectStatus(answer, 200, "health");
    await sleep(POLL_MS);
  }
};

const dataset: Check = async (door, made) => {
  made.dataset = await makeDataset(door);
  return undefined;
};

const job: Check = async (door, made) => {
  made.job = await startJob(door, made.dataset ?? "");
  return undefined;
};

/** Whether jobs wait because all workers are at work, and not because none takes them. */
async function isQueueBusy(door: Door): Promise<boolean> {
  const text = (await ask(door, { path: `${API}/metrics` })).body.toString("utf8");
  return Number(/^worker_pool_active_jobs (\d+)/m.exec(text)?.[1] ?? 0) > 0;
}

/** Waits for the job's end; undefined where it waits behind others, which is no fault of the release. */
async function endOf(door: Door, id: string): Promise<Job | undefined> {
  const deadline = Date.now() + JOB_SECONDS_MAX * 1_000;
  for (;;) {
    const found = await askJson<Job>(door, { path: `${API}/jobs/${id}` }, 200);
    if (!["queued", "running"].includes(found.status)) return found;
    if (Date.now() > deadline) {
      if (found.status === "queued" && (await isQueueBusy(door))) return undefined;
      throw new Error(`the job was still ${found.status} after ${JOB_SECONDS_MAX} s`);
    }
    await sleep(POLL_MS);
  }
}

const BEHIND_OTHERS = "behind other jobs";

const logs: Check = async (door, made) => {
  const ended = await endOf(door, made.job ?? "");
  if (!ended) return BEHIND_OTHERS;
  if (ended.status !== "succeeded")
    throw new Error(`the job ended as ${ended.status}: ${JSON.stringify(ended.error)}`);
  if (ended.model_id) made.model = ended.model_id;
  const { entries } = await askJson<{ entries: unknown[] }>(
    door,
    { path: `${API}/jobs/${made.job}/logs` },
    200,
  );
  if (entries.length === 0) throw new Error("the job's log is empty");
  return undefined;
};

const model: Check = async (door, made) => {
  if (!made.model) return BEHIND_OTHERS;
  const { sha256 } = await askJson<{ sha256: string }>(door, { path: `${API}/models/${made.model}` }, 200);
  const answer = await ask(door, { path: `${API}/models/${made.model}/download` });
  expectStatus(answer, 200, "the model");
  if (createHash("sha256").update(answer.body).digest("hex") !== sha256)
    throw new Error("the model came down with another content than it has");
  return undefined;
};

const frontend: Check = async (door) => {
  const answer = await ask(door, { path: "/" });
  expectStatus(answer, 200, "the page");
  if (!String(answer.headers["content-type"]).startsWith("text/html")) throw new Error("the page is no HTML");
  return undefined;
};

/** That of the door; where it is open in clear, the stack's own, which its servers are known by. */
const certificate: Check = async (door) => {
  const { certificate: served } = await ask(door, { path: "/" });
  const { validFromDate: begins, validToDate: ends } = new X509Certificate(door.authority);
  const validity = served ?? { begins, ends };
  const fault = certificateFault(validity, new Date());
  if (fault) throw new Error(fault);
  return `${served ? "the door's" : "in clear; the stack's own"} ends ${validity.ends.toISOString()}`;
};

const metrics: Check = async (door) => {
  const answer = await ask(door, { path: `${API}/metrics` });
  expectStatus(answer, 200, "metrics");
  const counted = /^http_requests_total\{.*\} [1-9]/m.test(answer.body.toString("utf8"));
  if (!counted) throw new Error("metrics count no request");
  return undefined;
};

/** The eight checks after a deploy, in their order. */
export const CHECKS: Readonly<Record<string, Check>> = {
  health,
  "create dataset": dataset,
  "create job": job,
  "view logs": logs,
  "download model": model,
  frontend,
  certificate,
  metrics,
};
