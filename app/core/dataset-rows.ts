import type { DatasetFormat } from "./dataset.ts";
import { CsvRows } from "./dataset-csv.ts";
import { DatasetError, ROWS_MAX, type RowSplitter } from "./dataset-error.ts";
import { JsonlRows } from "./dataset-jsonl.ts";
import { TextRows } from "./dataset-text.ts";

/** Takes a dataset's bytes in chunks of any size and hands out the text of each row. */
export class DatasetRows {
  readonly #decoder = new TextDecoder("utf-8", { fatal: true });
  readonly #splitter: RowSplitter;
  #rows = 0;

  constructor(format: DatasetFormat, onRow: (text: string) => void = () => {}) {
    const count = (text: string) => {
      this.#rows += 1;
      if (this.#rows > ROWS_MAX) throw new DatasetError(this.#splitter.line, `more than ${ROWS_MAX} rows`);
      onRow(text);
    };
    this.#splitter = newSplitter(format, count);
  }

  push(chunk: Uint8Array): void {
    this.#splitter.push(this.#decode(chunk));
  }

  /** Returns the number of rows; throws when there is none. */
  end(): number {
    this.#splitter.push(this.#decode(undefined));
    this.#splitter.end();
    if (this.#rows === 0) throw new DatasetError(1, "the content holds no row");
    return this.#rows;
  }

  #decode(chunk: Uint8Array | undefined): string {
    let text: string;
    try {
      text = chunk ? this.#decoder.decode(chunk, { stream: true }) : this.#decoder.decode();
    } catch {
      throw new DatasetError(this.#splitter.line, "not valid UTF-8 at or after this line");
    }
    if (text.includes("\u0000"))
      throw new DatasetError(this.#splitter.line, "a NUL byte at or after this line");
    return text;
  }
}

function newSplitter(format: DatasetFormat, onRow: (text: string) => void): RowSplitter {
  if (format === "csv") return new CsvRows(onRow);
  return format === "jsonl" ? new JsonlRows(onRow) : new TextRows(onRow);
}
