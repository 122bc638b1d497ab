/** Bounds that keep a hostile file from costing more than its bytes. */
export const ROW_CHARACTERS_MAX = 1_000_000;
export const ROWS_MAX = 1_000_000;
export const CSV_COLUMNS_MAX = 1_000;

/** A fault in a dataset's content, at a line counted from 1. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
  readonly line: number;

  constructor(line: number, message: string) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

/** Splits text into rows as it comes. Both calls throw {@link DatasetError}. */
export interface RowSplitter {
  /** The current line, from 1. */
  readonly line: number;
  push(text: string): void;
  end(): void;
}
