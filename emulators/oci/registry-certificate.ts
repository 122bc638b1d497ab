import "reflect-metadata";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";

/** What a server over TLS needs, PEM, and the file with the authority that its clients must believe in. */
export interface ServerCertificate {
  certificate: string;
  key: string;
  authorityFile: string;
}

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const VALID_MS = 90 * 24 * 3_600_000;

/** The certificate of a host, by an authority of its own; both are made once, and kept in the directory. */
export async function serverCertificate(directory: string, host: string): Promise<ServerCertificate> {
  const file = (name: string) => join(directory, `${host}.${name}.pem`);
  if (!existsSync(file("key"))) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const made = await issue(host);
    for (const [name, text] of Object.entries(made)) writeFileSync(file(name), text, { mode: 0o600 });
  }
  const read = (name: string) => readFileSync(file(name), "utf8");
  return { certificate: read("certificate"), key: read("key"), authorityFile: file("authority") };
}

/** The key comes last: once it is there, all are. */
async function issue(host: string): Promise<{ authority: string; certificate: string; key: string }> {
  const [root, own] = await Promise.all([newKeys(), newKeys()]);
  const name = `CN=Authority of ${host}`;
  const now = Date.now();
  const validity = { notBefore: new Date(now - 3_600_000), notAfter: new Date(now + VALID_MS) };
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ ...validity, name, keys: root, serialNumber: "01", signingAlgorithm: algorithm },
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const certificate = await x509.X509CertificateGenerator.create({
    ...{ ...validity, subject: `CN=${host}`, issuer: name, serialNumber: "02", signingAlgorithm: algorithm },
    ...{ publicKey: own.publicKey, signingKey: root.privateKey },
    extensions: [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }]),
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey("pkcs8", own.privateKey);
  const key = x509.PemConverter.encode(pkcs8, "PRIVATE KEY");
  return {
    authority: `${authority.toString("pem")}\n`,
    certificate: `${certificate.toString("pem")}\n`,
    key: `${key}\n`,
  };
}

function newKeys() {
  return crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}
