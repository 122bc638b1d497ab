import { readFileSync } from "node:fs";
import type { DatasetFormat } from "../core/dataset.ts";

/** A piece of a body: text, the same text many times, or bytes that are no text. */
export type Part = string | { readonly text: string; readonly times: number } | { readonly base64: string };

interface Case {
  /** What is bad about it, as a noun. */
  readonly case: string;
  readonly parts: readonly Part[];
  readonly headers?: Readonly<Record<string, string>>;
  /** The answer's, always a problem document. */
  readonly status: number;
}

/** What clients should never send, as data: a new attack is a new entry, not a new test. */
export interface BadInput {
  /** Bodies for operations that take JSON. */
  readonly bodies: readonly (Case & { readonly to: string })[];
  /** Contents of datasets. */
  readonly contents: readonly (Case & { readonly format: DatasetFormat })[];
  /** Bytes on a bare connection; the server closes it after its answer. `bare`: Node itself answers, without a body. */
  readonly raw: readonly (Case & { readonly bare?: boolean })[];
  /** Paths below the base path, each with the status of its answer. */
  readonly addresses: readonly (readonly [string, number])[];
  /** Texts that mean something to a database, a page, a shell or a file system. */
  readonly strings: readonly string[];
}

export function readBadInput(): BadInput {
  const read = <Name extends keyof BadInput>(name: Name): BadInput[Name] =>
    JSON.parse(readFileSync(new URL(`bad-input/${name}.json`, import.meta.url), "utf8"));
  return {
    bodies: read("bodies"),
    contents: read("contents"),
    raw: read("raw"),
    addresses: read("addresses"),
    strings: read("strings"),
  };
}

export function bytesOf(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      if (typeof part === "string") return Buffer.from(part);
      return "text" in part ? Buffer.from(part.text.repeat(part.times)) : Buffer.from(part.base64, "base64");
    }),
  );
}
