import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { CertificatesConfig } from "./config.ts";
import { explain, type Refusal } from "./explain.ts";
import type { Issued, Pair } from "./issued.ts";
import type { RenewalWindow } from "./plan.ts";

/** A certificate authority. Everything rejects with a CertificateError. */
export type Acme = {
  /** Asks for a certificate; `old` is the one that it replaces. */
  obtain(old: Issued | undefined): Promise<Pair>;
  /** When the authority would like the certificate renewed; nothing where it does not say. */
  renewalWindow(issued: Issued): Promise<(RenewalWindow & { askAgainSeconds: number }) | undefined>;
};

const PROGRAM = "acme";
/** The program itself gives up after four minutes. */
const TIMEOUT_MS = 300_000;

/** One folder for each authority: an account of one is nothing to another. */
function accountFolder({ store, directoryUrl }: CertificatesConfig): string {
  const { host } = new URL(directoryUrl);
  const hash = createHash("sha256").update(directoryUrl).digest("hex").slice(0, 8);
  return join(store, "accounts", `${host.replaceAll(/[^a-z0-9.-]/g, "-")}-${hash}`);
}

async function run(config: CertificatesConfig, asked: Record<string, unknown>) {
  const env = config.rootsFile
    ? { LEGO_CA_CERTIFICATES: config.rootsFile, LEGO_CA_SYSTEM_CERT_POOL: "true" }
    : {};
  const child = spawn(PROGRAM, [], {
    env: { ...process.env, ...env },
    stdio: ["pipe", "pipe", "inherit"],
    timeout: TIMEOUT_MS,
  });
  const ended = new Promise<string>((resolve, reject) => {
    child.once("error", reject).once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  child.stdin.on("error", () => {});
  child.stdin.end(JSON.stringify({ ...asked, directoryUrl: config.directoryUrl }));
  const [answer, end] = await Promise.all([text(child.stdout), ended]);
  return parse(answer, end);
}

function parse(answer: string, end: string): Record<string, unknown> & { failed?: Refusal } {
  if (answer) return JSON.parse(answer);
  const why = end === "SIGKILL" ? "killed, most likely by the limit certificates/memoryMb" : `over (${end})`;
  return { failed: { message: `the program that asks the authority is ${why}` } };
}

/** The authority of the settings, asked by lego. */
export function acmeOf(config: CertificatesConfig): Acme {
  const { domain, email, profile = "", challengePort } = config;
  return {
    async obtain(old) {
      const certificate = old?.directoryUrl === config.directoryUrl ? old.chain : "";
      const account = accountFolder(config);
      const challengeAddress = `:${challengePort}`;
      const asked = { do: "obtain", ...{ account, email, domain, profile, challengeAddress, certificate } };
      const { failed, chain, key } = await run(config, asked);
      if (failed) throw explain(failed, domain);
      return { chain: String(chain), key: String(key) };
    },
    async renewalWindow({ chain }) {
      const { failed, ...window } = await run(config, { do: "renewal-info", certificate: chain });
      if (failed?.type === "no-renewal-info") return undefined;
      if (failed) throw explain(failed, domain);
      return {
        start: new Date(String(window.start)),
        end: new Date(String(window.end)),
        askAgainSeconds: Number(window.retryAfterSeconds),
      };
    },
  };
}
