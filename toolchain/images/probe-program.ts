import { join } from "node:path";
import type { GoProgram } from "./build-programs.ts";
import { recipesDir } from "./recipes-dir.ts";

/** Asks an address for a health check, in images that have no shell. */
export const probeProgram: GoProgram = {
  name: "probe",
  build: (output) => ({ directory: join(recipesDir, "probe"), package: ".", output }),
};
