import "reflect-metadata";
import { randomBytes, type webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const YEAR_MS = 365 * 24 * 3600 * 1000;
const AUTHORITY_YEARS = 10;
const SERVER_YEARS = 2;

/** A private key (PKCS #8) and its certificate, both PEM. */
export type Certificate = { certificate: string; key: string };

type Authority = Certificate & { issue(dnsNames: string[]): Promise<Certificate> };

async function privateKeyPem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY")}\n`;
}

function validity(years: number, now: Date): { notBefore: Date; notAfter: Date } {
  // An hour back, for machines whose clocks differ a little.
  return {
    notBefore: new Date(now.getTime() - 3600_000),
    notAfter: new Date(now.getTime() + years * YEAR_MS),
  };
}

function serialNumber(): string {
  return `01${randomBytes(15).toString("hex")}`;
}

async function issueServer(
  issuer: x509.X509Certificate,
  issuerKey: webcrypto.CryptoKey,
  dnsNames: string[],
  now: Date,
): Promise<Certificate> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${dnsNames[0]}`,
    issuer: issuer.subject,
    ...validity(SERVER_YEARS, now),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: issuerKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(dnsNames.map((value) => ({ type: "dns", value }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { certificate: `${certificate.toString("pem")}\n`, key: await privateKeyPem(keys) };
}

/**
 * A new certificate authority for one stack's inner connections, valid ten years; its servers' certificates, two.
 * The authority's key is only held as long as the returned object: nobody can issue with it later.
 */
export async function createAuthority(stack: string, now = new Date()): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=Slipway ${stack} internal CA`,
    ...validity(AUTHORITY_YEARS, now),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: `${certificate.toString("pem")}\n`,
    key: await privateKeyPem(keys),
    issue: (dnsNames) => issueServer(certificate, keys.privateKey, dnsNames, now),
  };
}
