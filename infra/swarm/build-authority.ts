import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where builds find what is this machine's own, and leave their logs; below the context. */
export const BUILD_DIRECTORY = ".slipway/build";

/** The file in the build context that Dockerfiles take further certificate authorities from; empty where there are none. */
export const EXTRA_AUTHORITY_FILE = `${BUILD_DIRECTORY}/extra-ca.crt`;

/**
 * Lets builds trust the authorities that this machine's own npm trusts beyond the public ones (NODE_EXTRA_CA_CERTS),
 * as behind a company's proxy. They are used while building only, and are in no image that runs.
 */
export function ensureExtraAuthority(root: string, env: Readonly<Record<string, string | undefined>>): void {
  const file = join(root, EXTRA_AUTHORITY_FILE);
  const source = env.NODE_EXTRA_CA_CERTS;
  const wanted = source && existsSync(source) ? readFileSync(source, "utf8") : "";
  if (existsSync(file) && readFileSync(file, "utf8") === wanted) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, wanted);
}
