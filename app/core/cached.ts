/** Keeps the last result for `ttlMs`; callers that come meanwhile share one run. A failure is not kept. */
export class Cached<Value> {
  readonly #ttlMs: number;
  readonly #read: () => Promise<Value>;
  #value: { readonly value: Value; readonly until: number } | undefined;
  #running: Promise<Value> | undefined;

  constructor(ttlMs: number, read: () => Promise<Value>) {
    this.#ttlMs = ttlMs;
    this.#read = read;
  }

  get(): Promise<Value> {
    if (this.#value && performance.now() < this.#value.until) return Promise.resolve(this.#value.value);
    this.#running ??= this.#read()
      .then((value) => {
        this.#value = { value, until: performance.now() + this.#ttlMs };
        return value;
      })
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }
}

/** The promise, or a rejection when it takes longer. The work itself is not stopped. */
export async function within<Value>(timeoutMs: number, promise: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  return Promise.race([promise, timeout]).finally(() => clearTimeout(timer));
}
