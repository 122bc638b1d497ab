import { authorizationHeader, withoutSecret } from "./credentials.ts";
import { KaggleError } from "./kaggle-error.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { KaggleCredentials } from "./settings.ts";

/** Kaggle's API: one POST per method under `/v1/`, JSON both ways. Tries once; callers decide on retries. */
export class KaggleClient {
  readonly credentials: KaggleCredentials;
  readonly #base: URL;

  constructor(apiUrl: string, credentials: KaggleCredentials) {
    this.#base = new URL("/v1/", apiUrl);
    this.credentials = credentials;
  }

  /** Calls `<service>/<method>`; rejects with {@link KaggleError}, or with the signal's reason. */
  async call<Answer>(
    method: string,
    body: object,
    options: { signal: AbortSignal; timeoutMs: number },
  ): Promise<Answer> {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const init = { method: "POST", headers, body: JSON.stringify(body) };
    const response = await this.#fetch(method, method, init, options.signal, options.timeoutMs);
    return await reading(method, options.signal, async () => {
      const text = withoutSecret(this.credentials, await response.text());
      return JSON.parse(text) as Answer;
    });
  }

  /** Opens a session's log: server-sent events while it runs, a JSON array once it is over. */
  async openLog(owner: string, slug: string, signal: AbortSignal): Promise<Response> {
    const headers = { accept: "text/event-stream, */*" };
    return await this.#fetch("StreamLogs", `kernels/logs/stream/${owner}/${slug}`, { headers }, signal);
  }

  /** Whether a link from an answer may be followed: same scheme as the API's, so never from https to http. */
  mayFollow(link: string): boolean {
    const { protocol } = new URL(link);
    return protocol === "https:" || protocol === this.#base.protocol;
  }

  async #fetch(method: string, path: string, init: RequestInit, signal: AbortSignal, timeoutMs?: number) {
    const headers = { ...init.headers, authorization: authorizationHeader(this.credentials) };
    const limit =
      timeoutMs === undefined ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const response = await reading(method, signal, () =>
      fetch(new URL(path, this.#base), { ...init, headers, redirect: "manual", signal: limit }),
    );
    if (response.status !== 200) throw await this.#failure(method, response);
    return response;
  }

  async #failure(method: string, response: Response): Promise<KaggleError> {
    const text = await response.text().catch(() => "");
    return new KaggleError(method, withoutSecret(this.credentials, messageOf(text)), {
      status: response.status,
      retryAfterMs: retryAfterMs(response.headers.get("retry-after"), Date.now()),
    });
  }
}

/** Runs a read from the network; a failure becomes a {@link KaggleError} without status, or the signal's reason. */
export async function reading<Result>(
  method: string,
  signal: AbortSignal,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read();
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof KaggleError) throw cause;
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    throw new KaggleError(method, inner instanceof Error ? inner.message : String(inner), { cause });
  }
}

const MESSAGE_CHARACTERS_MAX = 300;

function messageOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    if (typeof message === "string") return message.slice(0, MESSAGE_CHARACTERS_MAX);
  } catch {
    // Not every proxy in front of the API answers in JSON.
  }
  return text.slice(0, MESSAGE_CHARACTERS_MAX) || "no explanation";
}
