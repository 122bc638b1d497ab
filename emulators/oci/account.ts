import { createHash, createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ApiError } from "./api-error.ts";
import type { Properties, State } from "./tenancy-state.ts";

/** The one user of a tenancy, with the API key and the auth token that Oracle's console would have made. */
export interface Account {
  tenancyOcid: string;
  userOcid: string;
  userName: string;
  /** The user's password for what is no API: the registry of images. */
  authToken: string;
  /** Of the public key, as the console shows it. */
  fingerprint: string;
  privateKeyPath: string;
}

/** The account of a tenancy; its key and its token are made once, beside the state. */
export function accountOf(directory: string, { tenancyOcid, userOcid }: State): Account {
  const privateKeyPath = join(directory, "api-key.pem");
  if (!existsSync(privateKeyPath)) {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    writeFileSync(privateKeyPath, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  }
  const fingerprint = fingerprintOf(readFileSync(privateKeyPath, "utf8"));
  const authToken = authTokenIn(join(directory, "auth-token"));
  return { tenancyOcid, userOcid, userName: "operator", authToken, fingerprint, privateKeyPath };
}

/** As Oracle's: of letters that shells and URLs take amiss. */
function authTokenIn(path: string): string {
  if (!existsSync(path)) writeFileSync(path, `${randomBytes(9).toString("hex")}<$;`, { mode: 0o600 });
  return readFileSync(path, "utf8");
}

/** Throws 401 unless the provider's settings are the account's: tenancy, user, and a key with the right fingerprint. */
export function requireAuthenticated(account: Account, settings: Properties): void {
  const { tenancyOcid, userOcid, fingerprint, privateKey, privateKeyPath } = settings;
  const isUser = tenancyOcid === account.tenancyOcid && userOcid === account.userOcid;
  const key = privateKey ?? readFile(privateKeyPath);
  if (isUser && fingerprint === account.fingerprint && fingerprintOf(String(key)) === fingerprint) return;
  throw new ApiError(
    401,
    "NotAuthenticated",
    "The required information to complete authentication was not provided or was incorrect.",
  );
}

function readFile(path: unknown): string | undefined {
  return typeof path === "string" && existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** MD5 of the public key in DER, in pairs, as Oracle writes it. Empty for what is no key. */
function fingerprintOf(privateKey: string): string {
  try {
    const der = createPublicKey(privateKey).export({ type: "spki", format: "der" });
    return createHash("md5").update(der).digest("hex").match(/../g)?.join(":") ?? "";
  } catch {
    return "";
  }
}
