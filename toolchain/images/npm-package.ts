import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { ImageError } from "./image-error.ts";
import { runCommand } from "./run-command.ts";
import versions from "./versions.json" with { type: "json" };

/** Downloads `name@version` with npm, checks it against its digest in versions.json, unpacks it as `dir`/package. */
export async function unpackNpmPackage(spec: string, dir: string): Promise<void> {
  const { stdout } = await runCommand("npm", ["pack", spec, "--silent"], { cwd: dir });
  const tarFile = join(dir, stdout.trim().split("\n").at(-1) ?? "");
  checkIntegrity(spec, await readFile(tarFile), versions.packages);
  await runCommand("tar", ["-xzf", tarFile, "-C", dir]);
  await rm(tarFile);
}

/** Throws unless the content has the digest (`sha512-…`) that is written down for the package. */
export function checkIntegrity(spec: string, content: Buffer, known: Readonly<Record<string, string>>): void {
  const actual = `sha512-${createHash("sha512").update(content).digest("base64")}`;
  if (known[spec] === actual) return;
  throw new ImageError(
    `${spec} has the digest ${actual}, but versions.json says ${known[spec] ?? "nothing"}.`,
  );
}
