/** Bounds that keep a hostile file from costing more than its bytes. */
export const ROW_CHARACTERS_MAX = 1_000_000;
export const ROWS_MAX = 1_000_000;
export const CSV_COLUMNS_MAX = 1_000;

/** A fault in a dataset's content, at a line counted from 1. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
  readonly line: number;
  /** The message without the line. */
  readonly reason: string;

  constructor(line: number, reason: string) {
    super(`line ${line}: ${reason}`);
    this.line = line;
    this.reason = reason;
  }
}

/** Splits text into rows as it comes. Both calls throw {@link DatasetError}. */
export interface RowSplitter {
  /** The current line, from 1. */
  readonly line: number;
  push(text: string): void;
  end(): void;
}
