import { setTimeout as wait } from "node:timers/promises";

export type Job = { id: string; status: string; model_id?: string; error?: unknown };
const JOB_SECONDS_MAX = 120;

/** The app's API as its user calls it, by the contract of the project's API description. */
export class ApiClient {
  readonly #base: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.#base = `${url}/api/v1`;
    this.#token = token;
  }

  /** The answer as it came, whatever its status. */
  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, ...init.headers };
    return fetch(`${this.#base}${path}`, { ...init, headers });
  }

  /** The answer's body. Throws with the problem's text where the status is not 2xx. */
  async call<Body>(method: string, path: string, body?: object): Promise<Body> {
    const json = body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {};
    const answer = await this.fetch(path, { method, ...json });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Body;
  }

  /** A ready dataset with the text's lines as its rows. Returns its id. */
  async createDataset(name: string, text: string): Promise<string> {
    const { id } = await this.call<{ id: string }>("POST", "/datasets", { name, format: "text" });
    const content = { method: "PUT", body: text, headers: { "content-type": "application/octet-stream" } };
    const answer = await this.fetch(`/datasets/${id}/content`, content);
    if (!answer.ok) throw new Error(`content of ${name}: ${answer.status} ${await answer.text()}`);
    return id;
  }

  /** Waits until a job has ended one way or the other. */
  async endOf(id: string): Promise<Job> {
    for (let second = 0; second < JOB_SECONDS_MAX; second += 1) {
      const job = await this.call<Job>("GET", `/jobs/${id}`);
      if (!["queued", "running"].includes(job.status)) return job;
      await wait(1000);
    }
    throw new Error(`job ${id} did not end within ${JOB_SECONDS_MAX} s`);
  }
}
