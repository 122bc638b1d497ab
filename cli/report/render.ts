import { stripVTControlCharacters } from "node:util";
import type { ClassifiedChange } from "./classify.ts";
import type { PlanReport } from "./plan-report.ts";

const HEADINGS = ["change", "resource", "downtime", "why"];

function shortType(type: string): string {
  return type.split(":").at(-1) ?? type;
}

function cells({ change, downtime, why }: ClassifiedChange): string[] {
  return [change.operation, `${shortType(change.type)} ${change.name}`, downtime, why];
}

function summary({ stack, downtime, changes, unchanged }: PlanReport): string {
  if (changes.length === 0) return `${stack}: nothing changes (${unchanged} resources).`;
  const count = changes.length === 1 ? "1 change" : `${changes.length} changes`;
  return `${stack}: ${count}, ${unchanged} unchanged. Downtime class: ${downtime}.`;
}

function table(rows: string[][]): string {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ");
  return rows.map((row) => `  ${line(row).trimEnd()}\n`).join("");
}

/** Pulumi's words, without the colours and the indentation of its terminal. */
function plain(error: string): string {
  return stripVTControlCharacters(error).replace(/\s+/g, " ");
}

/** The report for a terminal. */
export function renderText(report: PlanReport): string {
  const rows = report.changes.length > 0 ? `\n${table([HEADINGS, ...report.changes.map(cells)])}` : "";
  const errors = report.errors.map((error) => `\nThe preview did not end well: ${plain(error)}\n`).join("");
  return `${summary(report)}\n${rows}${errors}`;
}

const row = (texts: string[]) => `| ${texts.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |\n`;

/** The report as Markdown, for a comment on a pull request. */
export function renderMarkdown(report: PlanReport): string {
  const head = row(HEADINGS) + row(HEADINGS.map(() => "---"));
  const rows =
    report.changes.length > 0
      ? `\n${head}${report.changes.map((change) => row(cells(change))).join("")}`
      : "";
  const errors = report.errors.map((error) => `\n> The preview did not end well: ${plain(error)}\n`).join("");
  return `**${summary(report)}**\n${rows}${errors}`;
}

/** The report for a program: `{stack, downtime, unchanged, changes: [{change, resource, type, urn, downtime, why, properties}], errors}`. */
export function renderJson({ stack, downtime, changes, unchanged, errors }: PlanReport): string {
  const shown = changes.map(({ change, downtime: own, why }) => ({
    change: change.operation,
    resource: change.name,
    type: change.type,
    urn: change.urn,
    downtime: own,
    why,
    properties: change.properties,
  }));
  return `${JSON.stringify({ stack, downtime, unchanged, changes: shown, errors: errors.map(plain) }, null, 2)}\n`;
}
