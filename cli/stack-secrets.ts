import { randomBytes } from "node:crypto";
import { createAuthority } from "./internal-ca.ts";

/** Secrets made by chance alone, by the name of their setting. 32 bytes each, in URL-safe characters. */
const RANDOM = ["apiToken", "postgresPassword", "appDatabasePassword", "objectStorePassword", "backupKey"];

/** Secrets that belong together: an authority and every certificate it issued. Made all at once or not at all. */
const CERTIFIED = { postgresTls: ["postgres", "localhost"], objectStoreTls: ["object-store", "localhost"] };

/** Secrets by chance of a stack on machines of its own, which the world reaches by a domain. */
const RANDOM_WITH_DOMAIN = ["sshKeySeed", "sshHostKeySeed"];

type Servers = Readonly<Record<string, readonly string[]>>;

/** The servers that get certificates, and their names. */
function servers(domain: string | undefined): Servers {
  return domain === undefined ? CERTIFIED : { ...CERTIFIED, edgeTls: [domain] };
}

function certifiedNames(domain: string | undefined): string[] {
  const own = Object.keys(servers(domain)).flatMap((server) => [`${server}Certificate`, `${server}Key`]);
  return ["internalCaCertificate", ...own];
}

function randomNames(domain: string | undefined): string[] {
  return domain === undefined ? RANDOM : [...RANDOM, ...RANDOM_WITH_DOMAIN];
}

/** Every secret that a stack needs, by the name of its setting; one with a domain needs more. */
export function secretNames(domain?: string): string[] {
  return [...randomNames(domain), "objectStoreUser", ...certifiedNames(domain)];
}

async function certificates(stack: string, domain: string | undefined): Promise<Map<string, string>> {
  const authority = await createAuthority(stack);
  const made = new Map([["internalCaCertificate", authority.certificate]]);
  for (const [server, dnsNames] of Object.entries(servers(domain))) {
    const { certificate, key } = await authority.issue([...dnsNames]);
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
  domain?: string,
): Promise<Map<string, string>> {
  const missing = (name: string) => !present.has(name);
  const made = new Map(
    randomNames(domain)
      .filter(missing)
      .map((name) => [name, randomBytes(32).toString("base64url")]),
  );
  if (missing("objectStoreUser")) made.set("objectStoreUser", `slipway-${randomBytes(6).toString("hex")}`);
  if (certifiedNames(domain).some(missing))
    for (const [name, value] of await certificates(stack, domain)) made.set(name, value);
  return made;
}
