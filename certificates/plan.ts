import type { CertificatesConfig } from "./config.ts";
import type { Failures } from "./failures.ts";
import type { Issued } from "./issued.ts";

/** When the authority would like a certificate renewed (RFC 9773). */
export type RenewalWindow = { start: Date; end: Date };

export type Situation = {
  config: Pick<CertificatesConfig, "directoryUrl" | "domain" | "renewAtFraction">;
  issued: Issued | undefined;
  window: RenewalWindow | undefined;
  failures: Failures | undefined;
};

/** The certificate is asked for from then on; `why` completes "a certificate is asked for: …". */
export type Due = { at: Date; why: string };

/** A place in the window that is the certificate's own: each stack has another, and the same after a restart. */
function placeIn({ start, end }: RenewalWindow, fingerprint: string): Date {
  const share = Number.parseInt(fingerprint.slice(0, 8), 16) / 2 ** 32;
  return new Date(start.getTime() + share * (end.getTime() - start.getTime()));
}

function wanted({ config, issued, window }: Situation): Due {
  const now = new Date(0);
  if (!issued) return { at: now, why: "there is none yet" };
  if (issued.domain !== config.domain) return { at: now, why: `the present one is for ${issued.domain}` };
  if (issued.directoryUrl !== config.directoryUrl)
    return { at: now, why: `the present one is by ${issued.directoryUrl}` };
  const lifetime = issued.notAfter.getTime() - issued.notBefore.getTime();
  const byLifetime = new Date(issued.notBefore.getTime() + config.renewAtFraction * lifetime);
  const byAuthority = window ? placeIn(window, issued.fingerprint) : byLifetime;
  return byAuthority < byLifetime
    ? { at: byAuthority, why: "its authority would like it renewed" }
    : { at: byLifetime, why: `the present one ends on ${issued.notAfter.toISOString()}` };
}

/** When the next certificate is due, and why. After a failure, not before its wait is over. */
export function nextDue(situation: Situation): Due {
  const due = wanted(situation);
  const retryAt = new Date(situation.failures?.retryAt ?? 0);
  return retryAt > due.at ? { ...due, at: retryAt } : due;
}
