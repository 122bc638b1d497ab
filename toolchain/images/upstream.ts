import type { BaseImageName } from "./recipes.ts";
import versions from "./versions.json" with { type: "json" };

/** The official image that stands for a base image where a registry can be reached; most are always built. */
export function upstreamOf(name: BaseImageName): string | undefined {
  const entry = versions[name];
  return "upstream" in entry ? entry.upstream : undefined;
}
