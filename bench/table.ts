/** Plain text in columns: names to the left, figures to the right. */
export function renderTable(head: string[], rows: (string | number)[][]): string {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? "").length)));
  const line = (row: string[]) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join("  ");
  const [first = [], ...rest] = cells;
  return `${[line(first), widths.map((width) => "-".repeat(width)).join("  "), ...rest.map(line)].join("\n")}\n`;
}

/** The middle of the figures; the lower one of two. */
export function median(figures: number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
}
