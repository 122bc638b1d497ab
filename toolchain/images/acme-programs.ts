import { join } from "node:path";
import type { GoProgram } from "./build-programs.ts";
import { recipesDir } from "./recipes-dir.ts";
import versions from "./versions.json" with { type: "json" };

/** What asks for certificates: half a minute on two cores, downloads included. */
export const acmePrograms: readonly GoProgram[] = [
  {
    name: "acme",
    build: (output) => ({
      ...{ directory: join(recipesDir, "acme"), package: ".", output },
      variables: { "main.version": versions.acme.version },
    }),
  },
];
