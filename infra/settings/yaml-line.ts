import { isMap, LineCounter, parseDocument } from "yaml";

/**
 * The line (from 1) of a Pulumi settings file on which a setting stands: its own, or that of the nearest group
 * around it that is there. Undefined where the file has nothing of it.
 */
export function lineOfSetting(text: string, namespace: string, path: readonly string[]): number | undefined {
  const lines = new LineCounter();
  let node: unknown = parseDocument(text, { lineCounter: lines }).get("config");
  let line: number | undefined;
  const [first, ...rest] = path;
  for (const key of [`${namespace}:${first}`, ...rest]) {
    if (!isMap(node)) break;
    const pair = node.items.find((item) => String(item.key) === key);
    if (!pair) break;
    const start = (pair.key as { range?: readonly number[] }).range?.[0];
    line = start === undefined ? line : lines.linePos(start).line;
    node = pair.value;
  }
  return line;
}
