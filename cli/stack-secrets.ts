import { randomBytes } from "node:crypto";
import { createAuthority } from "./internal-ca.ts";

/** Secrets made by chance alone, by the name of their setting. 32 bytes each, in URL-safe characters. */
const RANDOM = ["apiToken", "postgresPassword", "appDatabasePassword", "objectStorePassword"];

/** Secrets that belong together: an authority and every certificate it issued. Made all at once or not at all. */
const CERTIFIED = { postgresTls: ["postgres", "localhost"], objectStoreTls: ["object-store", "localhost"] };

const certifiedNames = ["internalCaCertificate"].concat(
  Object.keys(CERTIFIED).flatMap((server) => [`${server}Certificate`, `${server}Key`]),
);

/** Every secret that a stack needs, by the name of its setting. */
export const SECRET_NAMES: readonly string[] = [...RANDOM, "objectStoreUser", ...certifiedNames];

async function certificates(stack: string): Promise<Map<string, string>> {
  const authority = await createAuthority(stack);
  const made = new Map([["internalCaCertificate", authority.certificate]]);
  for (const [server, dnsNames] of Object.entries(CERTIFIED)) {
    const { certificate, key } = await authority.issue(dnsNames);
    made.set(`${server}Certificate`, certificate).set(`${server}Key`, key);
  }
  return made;
}

/**
 * New values for the secrets that a stack lacks, by the name of their setting; those it has are never touched.
 * One missing certificate makes them all anew, since their authority's key is not kept.
 */
export async function makeMissingSecrets(
  stack: string,
  present: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const missing = (name: string) => !present.has(name);
  const made = new Map(RANDOM.filter(missing).map((name) => [name, randomBytes(32).toString("base64url")]));
  if (missing("objectStoreUser")) made.set("objectStoreUser", `slipway-${randomBytes(6).toString("hex")}`);
  if (certifiedNames.some(missing))
    for (const [name, value] of await certificates(stack)) made.set(name, value);
  return made;
}
