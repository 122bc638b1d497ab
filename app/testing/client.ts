import { setTimeout as sleep } from "node:timers/promises";
import type { Dataset } from "../core/dataset.ts";
import { isTerminal, type Job } from "../core/job.ts";
import { TOKEN } from "./token.ts";

/** Calls one API with the tests' token. */
export class TestClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url.replace("0.0.0.0", "127.0.0.1");
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${TOKEN}`);
    return fetch(`${this.#url}${path.startsWith("/health") || path === "/metrics" ? "" : "/api/v1"}${path}`, {
      ...init,
      headers,
    });
  }

  json(method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return this.fetch(path, {
      method,
      body: JSON.stringify(body),
      headers: { "content-type": "application/json", ...headers },
    });
  }

  /** A dataset that is ready. */
  async dataset(name: string, format: Dataset["format"], content: string): Promise<Dataset> {
    const created = await done(() => this.json("POST", "/datasets", { name, format }));
    const dataset = (await created.json()) as Dataset;
    await done(() => this.fetch(`/datasets/${dataset.id}/content`, { method: "PUT", body: content }));
    return dataset;
  }

  async job(body: object, headers: Record<string, string> = {}): Promise<Job> {
    const answer = await done(() => this.json("POST", "/jobs", body, headers));
    return (await answer.json()) as Job;
  }

  async ended(jobId: string, timeoutMs = 30_000): Promise<Job> {
    return this.until(jobId, (job) => isTerminal(job.status), timeoutMs);
  }

  async until(jobId: string, condition: (job: Job) => boolean, timeoutMs = 30_000): Promise<Job> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const job = (await (await this.fetch(`/jobs/${jobId}`)).json()) as Job;
      if (condition(job)) return job;
      if (Date.now() > deadline) throw new Error(`the job stays as it is: ${JSON.stringify(job)}`);
      await sleep(30);
    }
  }
}

/** What a test needs before it begins: asked for again while the machine is too busy, as the API says one should. */
async function done(ask: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await ask();
    if (answer.ok) return answer;
    if (answer.status !== 503) throw new Error(await answer.text());
    await sleep(Number(answer.headers.get("retry-after") ?? 1) * 1_000);
  }
}

/** Rows a small model can learn something from. */
export function sampleText(rows: number): string {
  const animals = ["fox", "dog", "cat", "hen"];
  return Array.from(
    { length: rows },
    (_, row) => `the ${animals[row % 4]} sees the ${animals[(row * 7 + 1) % 4]}.`,
  ).join("\n");
}
