import { createHash } from "node:crypto";
import { Transform, type TransformCallback } from "node:stream";
import type { ContentFacts, DatasetFormat } from "./dataset.ts";
import { DatasetRows } from "./dataset-rows.ts";

/** More bytes came than were announced or are allowed. */
export class ContentTooLarge extends Error {
  override readonly name = "ContentTooLarge";
}

/** The content ended before its end: whoever sends it has gone. */
export class ContentBrokeOff extends Error {
  override readonly name = "ContentBrokeOff";

  constructor(cause?: unknown) {
    super("the content broke off", { cause });
  }
}

/** Passes content on while it checks, counts and hashes it; fails with a DatasetError at the first bad line. */
export class ContentCheck extends Transform {
  readonly #rows: DatasetRows;
  readonly #hash = createHash("sha256");
  readonly #bytesMax: number;
  #bytes = 0;
  #facts: ContentFacts | undefined;

  constructor(format: DatasetFormat, bytesMax: number) {
    super();
    this.#rows = new DatasetRows(format);
    this.#bytesMax = bytesMax;
  }

  /** Known once the stream ended without an error. */
  get facts(): ContentFacts {
    if (!this.#facts) throw new Error("the content has not ended yet");
    return this.#facts;
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    try {
      this.#bytes += chunk.length;
      if (this.#bytes > this.#bytesMax) throw new ContentTooLarge(`more than ${this.#bytesMax} bytes`);
      this.#rows.push(chunk);
      this.#hash.update(chunk);
      done(null, chunk);
    } catch (error) {
      done(error as Error);
    }
  }

  override _flush(done: TransformCallback): void {
    try {
      const rows = this.#rows.end();
      this.#facts = { bytes: this.#bytes, sha256: this.#hash.digest("hex"), rows };
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}
