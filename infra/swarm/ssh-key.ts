import { createPrivateKey, createPublicKey, hkdfSync } from "node:crypto";

/** An Ed25519 key pair in OpenSSH's own forms. */
export type SshKey = {
  /** One line without a comment: `ssh-ed25519 AAAA…`. */
  publicKey: string;
  /** The text of a private key's file, without a passphrase. */
  privateKey: string;
};

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const TYPE = "ssh-ed25519";
const BLOCK_BYTES = 8;
const LINE_CHARACTERS = 70;

function field(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function publicBytes(seed: Buffer): Buffer {
  const key = createPrivateKey({
    key: Buffer.concat([PKCS8_PREFIX, seed]),
    format: "der",
    type: "pkcs8",
  });
  return createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32);
}

/** The file of openssh-key-v1: no cipher, one key, which stands in it twice. */
function privateKeyFile(seed: Buffer, open: Buffer): string {
  const publicBlob = Buffer.concat([field(TYPE), field(open)]);
  // Two equal numbers tell a reader that it has deciphered rightly; nothing is ciphered here.
  const check = seed.subarray(0, 4);
  const secret = Buffer.concat([
    ...[check, check, field(TYPE), field(open), field(Buffer.concat([seed, open])), field("")],
  ]);
  const padding = Buffer.from(
    Array.from({ length: -secret.length & (BLOCK_BYTES - 1) }, (_, index) => index + 1),
  );
  const file = Buffer.concat([
    ...[Buffer.from("openssh-key-v1\0"), field("none"), field("none"), field("")],
    ...[Buffer.from([0, 0, 0, 1]), field(publicBlob), field(Buffer.concat([secret, padding]))],
  ]);
  const lines = file.toString("base64").match(new RegExp(`.{1,${LINE_CHARACTERS}}`, "g")) ?? [];
  return ["-----BEGIN OPENSSH PRIVATE KEY-----", ...lines, "-----END OPENSSH PRIVATE KEY-----", ""].join(
    "\n",
  );
}

/**
 * The key pair that a stack's secret seed gives for a purpose: always the same for both, and nothing can be told from
 * one of them about another or about the seed. So machines have host keys of their own, known before they exist.
 */
export function sshKey(secretSeed: string, purpose: string): SshKey {
  const seed = Buffer.from(hkdfSync("sha256", secretSeed, "slipway", `ssh ${purpose}`, 32));
  const open = publicBytes(seed);
  const publicKey = `${TYPE} ${Buffer.concat([field(TYPE), field(open)]).toString("base64")}`;
  return { publicKey, privateKey: privateKeyFile(seed, open) };
}
