/** A value as Pulumi's JSON shows it. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** The steps of a property path as Pulumi writes it: `mounts[1].source`, `options["com.example.x"]`. */
export function pathSteps(path: string): string[] {
  const steps = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...steps].map(([, quoted, index, name]) => quoted ?? index ?? name ?? "");
}

/** What lies at a property path; undefined where nothing does. */
export function valueAt(value: Json | undefined, path: string): Json | undefined {
  return pathSteps(path).reduce<Json | undefined>((inner, step) => {
    if (typeof inner !== "object" || inner === null) return undefined;
    return Object.hasOwn(inner, step) ? (inner as { [name: string]: Json })[step] : undefined;
  }, value);
}

/** Whether a property path is another one or lies within it. */
export function isWithin(path: string, outer: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}
