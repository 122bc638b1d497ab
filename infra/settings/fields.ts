import { z } from "zod";

/** A whole number with its bounds; `unit` is only for the reader of the code. */
export function whole(min: number, max: number) {
  return z.number().int().min(min).max(max);
}

/** Memory limit of a container, in MiB (2^20 bytes), as Docker counts. */
export function megabytes(min: number, max = 65_536) {
  return whole(min, max);
}

/** A share of processors: 0.5 is half of one. Docker's least is 0.01. */
export function cpus() {
  return z.number().min(0.01).max(64);
}

/** A TCP port that a process without privileges may listen on. */
export function port() {
  return whole(1024, 65_535);
}

/** A text of a given form; `expected` says which, in words that follow "must be". */
export function textLike(form: RegExp, expected: string) {
  return z.string().regex(form, { error: `must be ${expected}` });
}

/** The start of every name in the engine: containers, volumes and networks of two stacks never meet. */
export function namePrefix() {
  return textLike(
    /^[a-z][a-z0-9-]{1,30}[a-z0-9]$/,
    "3 to 32 lower-case letters, digits or dashes, a letter first",
  );
}

/** A duration in Go's short notation, such as 90s, 5m or 24h. */
export function duration() {
  return textLike(/^[1-9][0-9]*(ms|s|m|h)$/, "a duration such as 90s, 5m or 24h");
}

/** A web origin: scheme and host, no path. */
export function origin() {
  return textLike(/^https?:\/\/[a-z0-9.-]+(:[0-9]+)?$/, "an origin such as https://app.example.org");
}
