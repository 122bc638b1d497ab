import { z } from "zod";
import { textLike } from "../settings/fields.ts";
import { limits } from "../swarm/service-args.ts";

/** Authorities that have a name; any other is named by its ACME directory. */
const DIRECTORIES = {
  letsencrypt: "https://acme-v02.api.letsencrypt.org/directory",
  /** For trying things out: it lets one fail as often as one likes. Browsers do not know it, so it is never served. */
  "letsencrypt-staging": "https://acme-staging-v02.api.letsencrypt.org/directory",
} as const;
const TRIAL: keyof typeof DIRECTORIES = "letsencrypt-staging";

/** The door's certificate from a public authority, over ACME (http-01). Who asks for one accepts its terms. */
export const CertificateSettings = z.strictObject({
  /** Whom the authority may write to. */
  email: textLike(/^[^\s@]+@[^\s@]+\.[a-z]{2,}$/i, "an e-mail address such as you@example.org"),
  authority: textLike(
    /^(letsencrypt|letsencrypt-staging|https:\/\/[a-z0-9.-]+(:[0-9]+)?\/[\w./-]*)$/,
    "letsencrypt, letsencrypt-staging or the https address of an ACME directory",
  ),
  /** The root certificate of an authority that is not public, PEM: it is believed then, here and by the release's checks. */
  authorityRoot: textLike(
    /^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\s*$/,
    "a certificate in PEM, as a text of several lines",
  ).optional(),
  /** The kind of certificate, where the authority has several: Let's Encrypt has classic, tlsserver and shortlived. */
  profile: textLike(/^[a-z0-9-]{1,40}$/, "a profile's name such as tlsserver").optional(),
  /** Renewed when this part of its lifetime is over; earlier where the authority asks for it (ARI). */
  renewAtFraction: z.number().min(0.3).max(0.9),
  ...limits({ memoryMbMin: 48 }),
});

export type CertificateSettings = z.infer<typeof CertificateSettings>;

/** The authority's ACME directory. */
export function directoryUrl({ authority }: Pick<CertificateSettings, "authority">): string {
  return (DIRECTORIES as Readonly<Record<string, string>>)[authority] ?? authority;
}

/** Whether certificates are only tried, not served. */
export function isTrial({ authority }: Pick<CertificateSettings, "authority">): boolean {
  return authority === TRIAL;
}
