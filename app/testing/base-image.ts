import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const ROOT = new URL("../../", import.meta.url);

/** The reference of a base image; builds it first on a fresh machine. */
export function baseImage(name: string): string {
  const file = new URL(".slipway/base-images.json", ROOT);
  const find = () => existsSync(file) && JSON.parse(readFileSync(file, "utf8"))[name]?.reference;
  if (!find() && !process.env[`SLIPWAY_TEST_IMAGE_${name.toUpperCase()}`]) {
    execFileSync(process.execPath, ["toolchain/main.ts", "prepare", "--only", "images"], {
      cwd: ROOT,
      stdio: "inherit",
    });
  }
  const reference = process.env[`SLIPWAY_TEST_IMAGE_${name.toUpperCase()}`] ?? find();
  if (!reference) throw new Error(`the base image ${name} could not be made`);
  return reference;
}
