import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

/** A person's own home folder. */
export type OwnHome = {
  directory: string;
  /** What makes it the home of the commands that a person types. */
  env: Record<string, string>;
  remove(): void;
};

/** Makes one with nothing in it. What npm has fetched on this machine before is shared. */
export function ownHome(): OwnHome {
  const directory = mkdtempSync(join(tmpdir(), "slipway-home-"));
  return {
    directory,
    env: { HOME: directory, npm_config_cache: join(homedir(), ".npm") },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
