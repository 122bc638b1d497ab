/** What the program is told, as JSON in one file. Nothing in it is secret. */
export type CertificatesConfig = {
  /** The name that the certificate is for. */
  domain: string;
  /** The authority's ACME directory. */
  directoryUrl: string;
  /** Whom the authority may write to. */
  email: string;
  /** The kind of certificate, where the authority has several. */
  profile?: string;
  /** A certificate is renewed when this part of its lifetime is over, or when its authority asks for it earlier. */
  renewAtFraction: number;
  /** Whether certificates are only asked for, to try things out, and not given to the door. */
  isTrial: boolean;
  /** Folder of the account and the certificates; the door reads it. */
  store: string;
  /** Where the authority's questions are answered while a certificate is asked for. */
  challengePort: number;
  /** The door as this program reaches it, in clear: host and port. */
  door: string;
  /** Metrics and health. */
  statusPort: number;
  /** Authorities of the ACME server itself, besides the public ones. */
  rootsFile?: string;
};

/** Where the program expects its configuration. */
export const CONFIG_PATH = "/etc/slipway/certificates.json";
