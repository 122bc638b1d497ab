import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { docker, isThere } from "./docker-engine.ts";

const RECIPE = join(import.meta.dirname, "machine");

/** The image's name; its tag stands for the recipe and what it is built upon. */
export function machineImageName(debianImage: string): string {
  const hash = createHash("sha256").update(debianImage);
  for (const name of readdirSync(RECIPE).sort()) hash.update(name).update(readFileSync(join(RECIPE, name)));
  return `slipway-emulator/oci-machine:${hash.digest("hex").slice(0, 12)}`;
}

/** Builds the image that machines boot from, out of Debian's packages, unless the engine has it. About two minutes. */
export async function ensureMachineImage(debianImage: string): Promise<string> {
  const name = machineImageName(debianImage);
  if (await isThere("image", name)) return name;
  const proxies = ["http_proxy", "https_proxy", "no_proxy"].flatMap((proxy) => ["--build-arg", proxy]);
  const build = ["build", "--quiet", "--tag", name, ...proxies, "--build-arg", `DEBIAN_IMAGE=${debianImage}`];
  await docker([...build, RECIPE], { env: { DOCKER_BUILDKIT: "0" } });
  return name;
}
