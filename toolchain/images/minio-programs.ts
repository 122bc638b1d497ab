import { join } from "node:path";
import type { GoProgram } from "./build-programs.ts";
import { ImageError } from "./image-error.ts";
import { probeProgram } from "./probe-program.ts";
import { recipesDir } from "./recipes-dir.ts";
import versions from "./versions.json" with { type: "json" };

/** The object store's server and the probe of its health check: about 180 s on two cores, 1.6 GB. */
export const minioPrograms: readonly GoProgram[] = [
  probeProgram,
  {
    name: "minio",
    build: (output) => ({
      ...{ directory: join(recipesDir, "minio"), package: ".", output },
      tags: ["kqueue"],
      variables: minioVersionVariables(versions.minio.version),
    }),
  },
];

/** Linker variables that make `minio --version` say which commit it is, from the module's pseudo-version. */
export function minioVersionVariables(pseudoVersion: string): Record<string, string> {
  const match = /-(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)-([0-9a-f]{12})$/.exec(pseudoVersion);
  if (!match) throw new ImageError(`versions.json: minio: ${pseudoVersion} is not a Go pseudo-version`);
  const [, year, month, day, hour, minute, second, commit] = match as unknown as string[];
  const values = {
    Version: `${year}-${month}-${day}T${hour}:${minute}:${second}Z`,
    ReleaseTag: `DEVELOPMENT.${year}-${month}-${day}T${hour}-${minute}-${second}Z`,
    CommitID: `${commit}`,
    ShortCommitID: `${commit}`,
    CopyrightYear: `${year}`,
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`github.com/minio/minio/cmd.${name}`, value]),
  );
}
