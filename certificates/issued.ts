import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdir, readdir, readFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { CertificateError } from "./certificate-error.ts";
import type { CertificatesConfig } from "./config.ts";
import { writeWhole } from "./write-whole.ts";

/** A certificate of the store. */
export type Issued = {
  chain: string;
  /** Who issued it. */
  directoryUrl: string;
  domain: string;
  notBefore: Date;
  notAfter: Date;
  /** 64 hexadecimal digits. */
  fingerprint: string;
};

export type Pair = { chain: string; key: string };

/** The names that lead to a certificate. The door follows `live`. */
const LINKS = { live: "live", trial: "trial" } as const;
/** Older ones stay while a door may still be reading them. */
const KEPT = 3;

function factsOf(chain: string): Pick<Issued, "notBefore" | "notAfter" | "fingerprint"> {
  const { validFromDate, validToDate, fingerprint256 } = new X509Certificate(chain);
  return {
    notBefore: validFromDate,
    notAfter: validToDate,
    fingerprint: fingerprint256.replaceAll(":", "").toLowerCase(),
  };
}

/** What is wrong with a new certificate, if anything. The door never sees one with a fault. */
export function faultOf({ chain, key }: Pair, domain: string, now: Date): string | undefined {
  const certificate = new X509Certificate(chain);
  if (!certificate.checkPrivateKey(createPrivateKey(key))) return "its key is another one's";
  if (certificate.checkHost(domain) === undefined) return `it is not for ${domain}`;
  if (certificate.validToDate <= now) return `it ended on ${certificate.validTo}`;
  return undefined;
}

function linkOf({ store, isTrial }: Pick<CertificatesConfig, "store" | "isTrial">): string {
  return join(store, isTrial ? LINKS.trial : LINKS.live);
}

/** The certificate of the last attempt that succeeded; nothing where there is none, or none that can be read. */
export async function readIssued(
  config: Pick<CertificatesConfig, "store" | "isTrial">,
): Promise<Issued | undefined> {
  try {
    const [chain, note] = await Promise.all(
      ["chain.pem", "issued.json"].map((file) => readFile(join(linkOf(config), file), "utf8")),
    );
    const { directoryUrl, domain } = JSON.parse(note ?? "");
    return { chain: chain ?? "", directoryUrl, domain, ...factsOf(chain ?? "") };
  } catch {
    return undefined;
  }
}

/**
 * Puts a certificate into use, or beside it where it is a trial: whole or not at all. Throws a
 * {@link CertificateError} where it has a fault; the old one stays then.
 */
export async function putIssued(
  config: Pick<CertificatesConfig, "store" | "isTrial" | "directoryUrl" | "domain">,
  pair: Pair,
  now: Date,
): Promise<Issued> {
  const { store, directoryUrl, domain } = config;
  const fault = faultOf(pair, domain, now);
  if (fault)
    throw new CertificateError("unusable", `the authority gave a certificate that is of no use: ${fault}`);
  const name = `${now.toISOString().replaceAll(/\D/g, "")}-${factsOf(pair.chain).fingerprint.slice(0, 12)}`;
  const folder = join(store, "issued", name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const note = JSON.stringify({ directoryUrl, domain });
  const files = { "chain.pem": pair.chain, "key.pem": pair.key, "issued.json": note };
  for (const [file, content] of Object.entries(files)) await writeWhole(join(folder, file), content);
  const link = linkOf(config);
  await rm(`${link}.new`, { force: true });
  await symlink(join("issued", name), `${link}.new`);
  await rename(`${link}.new`, link);
  await prune(store);
  return { chain: pair.chain, directoryUrl, domain, ...factsOf(pair.chain) };
}

async function prune(store: string): Promise<void> {
  const targets = await Promise.all(
    Object.values(LINKS).map((link) => readlink(join(store, link)).catch(() => "")),
  );
  const inUse = targets.map((target) => target.split("/").at(-1));
  const names = (await readdir(join(store, "issued"))).sort().reverse();
  const old = names.filter((name, index) => index >= KEPT && !inUse.includes(name));
  for (const name of old) await rm(join(store, "issued", name), { recursive: true });
}
