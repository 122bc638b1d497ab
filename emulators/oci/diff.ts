import type { ResourceType } from "./resource-type.ts";
import type { Properties } from "./tenancy-state.ts";
import { fits, holdsUnknown } from "./values.ts";

/** The inputs that change, and those of them that make a new resource. */
export interface Difference {
  changed: string[];
  replaces: string[];
}

/**
 * What new inputs mean for a resource that is there: `olds` is how it is, `oldInputs` what was asked for last. An input
 * that is no longer given changes nothing where the cloud has a value of its own for it.
 */
export function difference(
  type: ResourceType,
  olds: Properties,
  oldInputs: Properties,
  news: Properties,
): Difference {
  const changed = (name: string) => news[name] !== undefined && !fits(news[name], olds[name]);
  const dropped = (name: string) => news[name] === undefined && oldInputs[name] !== undefined;
  const fixed = type.fixed.filter(changed);
  const updatable = type.updatable.filter((name) => changed(name) || dropped(name));
  const known = Object.fromEntries(Object.entries(news).filter(([, value]) => !holdsUnknown(value)));
  const replaces = new Set([...fixed, ...(type.replaces?.(olds, known) ?? [])]);
  return { changed: [...new Set([...fixed, ...updatable, ...replaces])], replaces: [...replaces] };
}
