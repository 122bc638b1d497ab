import { CertificateError, type Reason } from "./certificate-error.ts";

/** What the authority said, or why it could not be asked. */
export type Refusal = {
  /** An ACME error's name, or `unreachable`; nothing where the fault is on this side. */
  type?: string;
  /** HTTP status. */
  status?: number;
  message: string;
  retryAfterSeconds?: number;
};

const ACME = "urn:ietf:params:acme:error:";

const REASON_OF: Readonly<Record<string, Reason>> = {
  connection: "challenge-failed",
  dns: "challenge-failed",
  unauthorized: "challenge-failed",
  incorrectResponse: "challenge-failed",
  tls: "challenge-failed",
  rateLimited: "rate-limited",
  caa: "forbidden",
  rejectedIdentifier: "forbidden",
  unreachable: "authority-unreachable",
};

function reasonOf({ type = "", status = 0 }: Refusal): Reason {
  const known = REASON_OF[type.replace(ACME, "")];
  if (known) return known;
  if (status >= 500) return "authority-unreachable";
  return type.startsWith(ACME) ? "refused" : "unforeseen";
}

function adviceFor(reason: Reason, domain: string): string {
  const advice: Partial<Record<Reason, string>> = {
    "challenge-failed": `The authority asks http://${domain}/ (port 80) from outside: that name must lead to this stack's address (the output publicIps) and to no other, IPv6 included.`,
    "rate-limited":
      "Asking more often prolongs it. To try things out, take the authority letsencrypt-staging.",
    "authority-unreachable": "It is asked again.",
    forbidden: `The authority may not issue for ${domain}: look at the domain's CAA records.`,
    refused: "Look at certificates/email, certificates/profile and certificates/authority.",
  };
  return advice[reason] ?? "";
}

/** The failure in plain words: what the authority said, and what to do. */
export function explain(refusal: Refusal, domain: string): CertificateError {
  const reason = reasonOf(refusal);
  const said = `no certificate for ${domain} (${reason}): ${refusal.message.replace(/\.$/, "")}.`;
  const text = `${said} ${adviceFor(reason, domain)}`.trim();
  return new CertificateError(reason, text, refusal.retryAfterSeconds);
}
