import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdir, readdir, readFile, readlink, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { CertificateError } from "./certificate-error.ts";
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

/** The name that leads to the certificate in use; the door follows it. */
const LIVE = "live";
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

/** The certificate in use; nothing where there is none, or none that can be read. */
export async function readLive(store: string): Promise<Issued | undefined> {
  try {
    const [chain, note] = await Promise.all(
      ["chain.pem", "issued.json"].map((file) => readFile(join(store, LIVE, file), "utf8")),
    );
    const { directoryUrl, domain } = JSON.parse(note ?? "");
    return { chain: chain ?? "", directoryUrl, domain, ...factsOf(chain ?? "") };
  } catch {
    return undefined;
  }
}

/**
 * Puts a certificate into use: whole or not at all. Throws a {@link CertificateError} where it has a fault; the old
 * one stays in use then.
 */
export async function putLive(
  store: string,
  pair: Pair,
  { directoryUrl, domain, now }: { directoryUrl: string; domain: string; now: Date },
): Promise<Issued> {
  const fault = faultOf(pair, domain, now);
  if (fault)
    throw new CertificateError("unusable", `the authority gave a certificate that is of no use: ${fault}`);
  const name = `${now.toISOString().replaceAll(/\D/g, "")}-${factsOf(pair.chain).fingerprint.slice(0, 12)}`;
  const folder = join(store, "issued", name);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const note = JSON.stringify({ directoryUrl, domain });
  const files = { "chain.pem": pair.chain, "key.pem": pair.key, "issued.json": note };
  for (const [file, content] of Object.entries(files)) await writeWhole(join(folder, file), content);
  await rm(join(store, `${LIVE}.new`), { force: true });
  await symlink(join("issued", name), join(store, `${LIVE}.new`));
  await rename(join(store, `${LIVE}.new`), join(store, LIVE));
  await prune(store);
  return { chain: pair.chain, directoryUrl, domain, ...factsOf(pair.chain) };
}

async function prune(store: string): Promise<void> {
  const live = (await readlink(join(store, LIVE))).split("/").at(-1);
  const names = (await readdir(join(store, "issued"))).sort().reverse();
  const old = names.filter((name, index) => index >= KEPT && name !== live);
  for (const name of old) await rm(join(store, "issued", name), { recursive: true });
}
