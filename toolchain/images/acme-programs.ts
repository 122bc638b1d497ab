import { join } from "node:path";
import type { GoProgram } from "./build-programs.ts";
import { probeProgram } from "./probe-program.ts";
import { recipesDir } from "./recipes-dir.ts";
import versions from "./versions.json" with { type: "json" };

/** What asks for certificates, and the probe of its health check: half a minute on two cores, downloads included. */
export const acmePrograms: readonly GoProgram[] = [
  probeProgram,
  {
    name: "acme",
    build: (output) => ({
      ...{ directory: join(recipesDir, "acme"), package: ".", output },
      variables: { "main.version": versions.acme.version },
    }),
  },
];
