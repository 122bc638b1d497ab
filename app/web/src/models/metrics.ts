import { figureText } from "../text/number.ts";

/** What a metric's name means; others are shown by their name. */
const LABELS: Readonly<Record<string, string>> = {
  held_out_loss: "Held-out loss",
  train_loss: "Training loss",
  held_out_perplexity: "Held-out perplexity",
};

/** `held_out_loss` as `Held-out loss`, `rows_used` as `Rows used`. */
export function metricLabel(name: string): string {
  const words = name.replaceAll("_", " ");
  return Object.hasOwn(LABELS, name)
    ? (LABELS[name] ?? words)
    : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The metric that tells most, for a list. */
export function metricText(metrics: Readonly<Record<string, number>>): string {
  const name = "held_out_loss" in metrics ? "held_out_loss" : Object.keys(metrics)[0];
  const value = name === undefined ? undefined : metrics[name];
  return name === undefined || value === undefined ? "" : `${metricLabel(name)} ${figureText(value)}`;
}

/** The metrics with what tells of quality first: held-out ones, then other losses, then sizes. */
export function orderedMetrics(metrics: Readonly<Record<string, number>>): [name: string, value: number][] {
  const rank = (name: string) => (name.startsWith("held_out") ? 0 : name.endsWith("loss") ? 1 : 2);
  return Object.entries(metrics).sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
