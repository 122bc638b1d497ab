/**
 * What shall go wrong, for the next `times` calls of `method` (a method's name such as `SaveKernel`,
 * `PutBlob`, `GetOutputFile`, `StreamLogs`, `Run`, or `*` for any call of the API).
 */
export type Fault = { method: string; times?: number } & FaultKind;

export type FaultKind =
  /** Answered with this status, not done. */
  | { kind: "status"; status: number; message?: string; retryAfterSeconds?: number }
  /** Done, but the connection drops before the answer. */
  | { kind: "lose-answer" }
  /** The connection drops before anything is done. */
  | { kind: "drop" }
  /** Answered with this body, whatever the truth is: stale or out-of-order news. */
  | { kind: "answer"; body: unknown }
  /** Answered late. */
  | { kind: "delay"; delayMs: number }
  /** The log stream (`StreamLogs`) or a download (`GetOutputFile`) ends in the middle, broken or (`clean`) as if it were over. */
  | { kind: "cut"; clean?: boolean }
  /** The session (`Run`) ends as an error of Kaggle's own. */
  | { kind: "fail"; message: string };

/** The faults still to come, oldest first. */
export class Faults {
  #pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The fault for this call, used up by asking. */
  take(method: string, api = true): Fault | undefined {
    const hit = this.#pending.find(({ fault }) => fault.method === method || (api && fault.method === "*"));
    if (!hit) return undefined;
    hit.left -= 1;
    if (hit.left <= 0) this.#pending = this.#pending.filter((entry) => entry !== hit);
    return hit.fault;
  }
}
