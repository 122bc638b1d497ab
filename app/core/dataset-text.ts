import { Lines } from "./dataset-lines.ts";

/** Plain text: every line that is not blank is a row. */
export class TextRows extends Lines {
  constructor(onRow: (text: string) => void) {
    super((line) => {
      if (line.trim() !== "") onRow(line);
    });
  }
}
