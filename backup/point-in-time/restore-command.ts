/** What pgBackRest calls a part of the log that is there, but is not what was stored. */
const DAMAGED = ["CryptoError", "FormatError", "ChecksumError"];

/**
 * What a server that replays its log runs for each part of it, by the words that get one. Where a part is not there, or
 * damaged, the log ends for the server (1). Where nobody knows, as with a store that is away, it must not take that for
 * the log's end: by anything above 125 it ends at once.
 */
export function restoreCommand(get: readonly string[]): string {
  const damaged = DAMAGED.map((name) => `*"[${name}]"*`).join("|");
  return [
    `said=$(${get.join(" ")} %f "%p" 2>&1)`,
    "code=$?",
    'echo "$said" >&2',
    `case "$code $said" in "0 "*) exit 0 ;; "1 "*|${damaged}) exit 1 ;; *) exit 255 ;; esac`,
  ].join("; ");
}
