import { CSV_COLUMNS_MAX, DatasetError, ROW_CHARACTERS_MAX, type RowSplitter } from "./dataset-error.ts";
import { joinFields } from "./dataset-jsonl.ts";

type State = "field-start" | "plain" | "quoted" | "quote-in-quoted";

/**
 * RFC 4180 with a header row, which names `text`, or `prompt` and `completion`.
 * Every row has the header's number of fields; the size of a row and the number of columns are bounded, so an
 * unclosed quote or a row of a million commas ends early.
 */
export class CsvRows implements RowSplitter {
  #state: State = "field-start";
  #field = "";
  #fields: string[] = [];
  #rowCharacters = 0;
  #line = 1;
  #rowLine = 1;
  #header: readonly string[] | undefined;
  readonly #onRow: (text: string) => void;

  constructor(onRow: (text: string) => void) {
    this.#onRow = onRow;
  }

  get line(): number {
    return this.#line;
  }

  push(text: string): void {
    let at = 0;
    while (at < text.length)
      at = this.#state === "quoted" ? this.#quoted(text, at) : this.#unquoted(text, at);
  }

  end(): void {
    if (this.#state === "quoted") throw new DatasetError(this.#rowLine, "a quote is opened and never closed");
    if (this.#fields.length > 0 || this.#field !== "" || this.#state !== "field-start") this.#endRow();
    if (this.#header === undefined) throw new DatasetError(1, "there is no header row");
  }

  /** Inside quotes: takes all up to the next quote. */
  #quoted(text: string, at: number): number {
    const quote = text.indexOf('"', at);
    const end = quote === -1 ? text.length : quote;
    this.#append(text.slice(at, end));
    for (let feed = text.indexOf("\n", at); feed !== -1 && feed < end; feed = text.indexOf("\n", feed + 1)) {
      this.#line += 1;
    }
    if (quote !== -1) this.#state = "quote-in-quoted";
    return quote === -1 ? end : end + 1;
  }

  #unquoted(text: string, at: number): number {
    const character = text[at] as string;
    if (character === ",") this.#endField();
    else if (character === "\n") {
      this.#endRow();
      this.#line += 1;
      this.#rowLine = this.#line;
    } else if (character === "\r") return at + 1;
    else if (character === '"') this.#quote();
    else return this.#plain(text, at);
    return at + 1;
  }

  #quote(): void {
    if (this.#state === "plain") throw new DatasetError(this.#line, "a quote inside a field without quotes");
    if (this.#state === "quote-in-quoted") this.#append('"');
    this.#state = "quoted";
  }

  #plain(text: string, at: number): number {
    if (this.#state === "quote-in-quoted") throw new DatasetError(this.#line, "text after a closing quote");
    this.#state = "plain";
    let end = at + 1;
    while (end < text.length && !',\n\r"'.includes(text[end] as string)) end += 1;
    this.#append(text.slice(at, end));
    return end;
  }

  #append(text: string): void {
    this.#rowCharacters += text.length;
    if (this.#rowCharacters > ROW_CHARACTERS_MAX) {
      throw new DatasetError(this.#rowLine, `a row longer than ${ROW_CHARACTERS_MAX} characters`);
    }
    this.#field += text;
  }

  #endField(): void {
    this.#fields.push(this.#field);
    if (this.#fields.length > CSV_COLUMNS_MAX) {
      throw new DatasetError(this.#rowLine, `more than ${CSV_COLUMNS_MAX} columns`);
    }
    this.#field = "";
    this.#state = "field-start";
  }

  #endRow(): void {
    const blank = this.#fields.length === 0 && this.#field === "" && this.#state === "field-start";
    if (!blank) {
      this.#endField();
      this.#take(this.#fields);
    }
    this.#fields = [];
    this.#rowCharacters = 0;
  }

  #take(fields: readonly string[]): void {
    if (this.#header === undefined) {
      this.#header = checkHeader(fields, this.#rowLine);
      return;
    }
    if (fields.length !== this.#header.length) {
      throw new DatasetError(
        this.#rowLine,
        `${fields.length} fields where the header has ${this.#header.length}`,
      );
    }
    const header = this.#header;
    const row = Object.fromEntries(header.map((name, index) => [name, fields[index]]));
    this.#onRow(joinFields(row) ?? "");
  }
}

function checkHeader(fields: readonly string[], line: number): readonly string[] {
  const header = fields.map((name) => name.trim().toLowerCase());
  if (new Set(header).size !== header.length) throw new DatasetError(line, "the header names a column twice");
  if (!header.includes("text") && !(header.includes("prompt") && header.includes("completion"))) {
    throw new DatasetError(line, 'the header needs a column "text", or "prompt" and "completion"');
  }
  return header;
}
