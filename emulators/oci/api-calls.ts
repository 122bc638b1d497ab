import { setTimeout as sleep } from "node:timers/promises";
import { ApiError, refusalText } from "./api-error.ts";
import type { Faults } from "./faults.ts";

/** One call of the cloud's API, as it came in. */
export interface ApiCall {
  operation: string;
  /** What it was about: a resource's name in the program, or its id. */
  subject: string;
  /** How it was answered: 200, or the status of the refusal. */
  status: number;
  /** When, RFC 3339. */
  time: string;
}

export interface Operation {
  /** As in the API: `CreateVcn`. */
  operation: string;
  service: string;
  subject: string;
}

/** How often the provider asks again after 429 or 5xx, as the real one does; the wait doubles each time. */
const TRIES_MAX = 6;

/** The API's front door: counts the calls, plays faults, and tries again what may pass. */
export class ApiCalls {
  readonly calls: ApiCall[] = [];
  readonly #faults: Faults;
  readonly #retryMs: number;

  constructor(faults: Faults, retryMs: number) {
    this.#faults = faults;
    this.#retryMs = retryMs;
  }

  /** Does the work of one operation. A refusal is thrown in the provider's own words. */
  async call<T>(operation: Operation, work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await this.#once(operation, work);
        this.#record(operation, 200);
        return result;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        this.#record(operation, error.status);
        if (!mayPass(error) || attempt >= TRIES_MAX)
          throw new Error(refusalText(error, operation.service, operation.operation));
      }
      await sleep(this.#retryMs * 2 ** (attempt - 1));
    }
  }

  async #once<T>({ operation }: Operation, work: () => Promise<T>): Promise<T> {
    const fault = this.#faults.take({ operation }, "status", "lose-answer");
    if (fault?.kind === "status") throw new ApiError(fault.status, ...words(fault));
    const result = await work();
    // Not tried again: the real provider can't know either whether it was done.
    if (fault) throw new ApiError(0, "ConnectionReset", "read: connection reset by peer");
    return result;
  }

  #record({ operation, subject }: Operation, status: number): void {
    this.calls.push({ operation, subject, status, time: new Date().toISOString() });
  }
}

function mayPass({ status, message }: ApiError): boolean {
  return status === 429 || (status >= 500 && !/out of host capacity/i.test(message));
}

function words({
  status,
  code,
  message,
}: {
  status: number;
  code?: string;
  message?: string;
}): [string, string] {
  if (status === 429) return [code ?? "TooManyRequests", message ?? "Too many requests for the user"];
  return [code ?? "InternalError", message ?? "Internal error occurred"];
}
