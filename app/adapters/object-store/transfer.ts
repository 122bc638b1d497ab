import { ObjectStoreError, translateErrors } from "./errors.ts";

/** Under the time that the edge waits for an answer, so that the API still says what is wrong. */
export const STALLED_MS = 30_000;

type Chunk = Uint8Array<ArrayBuffer>;

/**
 * One transfer of any length. It is broken off when the store, being waited for, moves nothing for `stalledMs`, and when
 * `signal` aborts. Time in which the store waits for us (a slow client, a busy disk) is not counted.
 */
export class Transfer {
  readonly #stalled = new AbortController();
  readonly #stalledMs: number;
  readonly #signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(stalledMs: number, signal?: AbortSignal) {
    this.#stalledMs = stalledMs;
    this.#signal = signal ? AbortSignal.any([signal, this.#stalled.signal]) : this.#stalled.signal;
  }

  /** Sends the request; a streamed body needs `duplex`, which S3 clients written for browsers leave out. */
  readonly fetch: typeof fetch = async (input, init = {}) => {
    const { body } = init;
    this.#waitForStore();
    const more = body instanceof ReadableStream ? { body: this.#sent(body), duplex: "half" } : {};
    return fetch(input, { ...init, ...more, signal: this.#signal } as RequestInit);
  };

  /** The content of an answer to {@link fetch}, as it comes. */
  received(body: ReadableStream<Chunk>): ReadableStream<Chunk> {
    this.end();
    const reader = body.getReader();
    return new ReadableStream<Chunk>(
      {
        pull: async (controller) => {
          this.#waitForStore();
          const { done, value } = await translateErrors("read", "content", () => reader.read()).finally(() =>
            this.end(),
          );
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }

  /** Nothing is waited for any more. */
  end(): void {
    clearTimeout(this.#timer);
  }

  #waitForStore(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const message = `object store: nothing has moved for ${this.#stalledMs / 1_000} s`;
      this.#stalled.abort(new ObjectStoreError(message, 503));
    }, this.#stalledMs);
  }

  /** The next chunk is asked for when the store has taken the one before. */
  #sent(body: ReadableStream<Chunk>): ReadableStream<Chunk> {
    const reader = body.getReader();
    return new ReadableStream<Chunk>(
      {
        pull: async (controller) => {
          this.end();
          const { done, value } = await reader.read();
          this.#waitForStore();
          if (done) controller.close();
          else controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
  }
}

const PIECE_BYTES = 256 * 1024;

/** In pieces, so that it is seen to move; one piece is as it is. */
export function inPieces(content: Buffer): Buffer | ReadableStream<Chunk> {
  if (content.length <= PIECE_BYTES) return content;
  let start = 0;
  return new ReadableStream<Chunk>({
    pull(controller) {
      if (start >= content.length) return controller.close();
      controller.enqueue(new Uint8Array(content.subarray(start, start + PIECE_BYTES)));
      start += PIECE_BYTES;
    },
  });
}
