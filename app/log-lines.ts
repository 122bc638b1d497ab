/** Lines are gathered for at most this long: a write per line costs more than the request it tells of. */
const GATHERED_MS = 200;
/** And up to so many characters. */
const GATHERED_CHARACTERS = 16_000;

interface Destination {
  write(text: string): unknown;
  /** Writes all there is before it returns. */
  flushSync(): void;
}

interface GatheredLines extends Destination {
  /** To be called when the process ends: where nothing is gathered the destination, which may be closed, is left alone. */
  end(): void;
}

/**
 * Hands lines on many at a time. The destination could gather them itself, but measures all that it holds anew with
 * each line, which took longer than making the line.
 */
export function gatherLines(destination: Destination): GatheredLines {
  let lines: string[] = [];
  let characters = 0;
  let timer: NodeJS.Timeout | undefined;
  const handOn = () => {
    clearTimeout(timer);
    timer = undefined;
    if (lines.length === 0) return;
    const text = lines.join("");
    lines = [];
    characters = 0;
    destination.write(text);
  };
  const flushSync = () => {
    handOn();
    destination.flushSync();
  };
  return {
    write(line) {
      lines.push(line);
      characters += line.length;
      if (characters >= GATHERED_CHARACTERS) handOn();
      else timer ??= setTimeout(handOn, GATHERED_MS);
    },
    flushSync,
    end() {
      if (lines.length > 0) flushSync();
    },
  };
}
