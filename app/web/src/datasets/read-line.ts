import { piecesOf } from "../api/pieces.ts";

const CHARACTERS_MAX = 160;

/** The number in a fault's path such as `line 3`. */
export function faultLine(path: string): number | undefined {
  const found = /^(?:body\/)?line (\d+)$/.exec(path);
  return found ? Number(found[1]) : undefined;
}

/** One line of a file, counted from 1, cut to what fits on a screen; undefined past the end. Reads no further. */
export async function readLine(file: Blob, line: number): Promise<string | undefined> {
  let current = 1;
  let text = "";
  for await (const piece of piecesOf(file.stream().pipeThrough(new TextDecoderStream()))) {
    let start = 0;
    for (let end = piece.indexOf("\n"); end !== -1 && current < line; end = piece.indexOf("\n", start)) {
      start = end + 1;
      current += 1;
    }
    if (current < line) continue;
    const end = piece.indexOf("\n", start);
    text += piece.slice(start, end === -1 ? undefined : end);
    if (end !== -1 || text.length > CHARACTERS_MAX) break;
  }
  if (current < line) return undefined;
  return text.length > CHARACTERS_MAX ? `${text.slice(0, CHARACTERS_MAX)} …` : text.replace(/\r$/, "");
}
