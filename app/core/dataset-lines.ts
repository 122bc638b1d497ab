import { DatasetError, ROW_CHARACTERS_MAX, type RowSplitter } from "./dataset-error.ts";

/** Splits at line feeds, dropping a carriage return before them; a line is bounded. */
export class Lines implements RowSplitter {
  #rest = "";
  #line = 1;
  readonly #onLine: (text: string, line: number) => void;

  constructor(onLine: (text: string, line: number) => void) {
    this.#onLine = onLine;
  }

  get line(): number {
    return this.#line;
  }

  push(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      this.#emit(this.#rest + text.slice(start, end));
      this.#rest = "";
      this.#line += 1;
      start = end + 1;
    }
    this.#rest += text.slice(start);
    if (this.#rest.length > ROW_CHARACTERS_MAX) this.#tooLong();
  }

  end(): void {
    if (this.#rest !== "") this.#emit(this.#rest);
    this.#rest = "";
  }

  #emit(line: string): void {
    if (line.length > ROW_CHARACTERS_MAX) this.#tooLong();
    this.#onLine(line.endsWith("\r") ? line.slice(0, -1) : line, this.#line);
  }

  #tooLong(): never {
    throw new DatasetError(this.#line, `longer than ${ROW_CHARACTERS_MAX} characters`);
  }
}
