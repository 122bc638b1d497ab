import { z } from "zod";
import { textLike } from "../settings/fields.ts";

/** Oracle's name of a thing of one of the given kinds: `ocid1.<kind>.oc1..aaaa`. */
export function ocid(...kinds: readonly string[]) {
  return textLike(
    new RegExp(`^ocid1\\.(${kinds.join("|")})\\.[a-z0-9-]+\\.[a-z0-9-]*\\.[a-z0-9._-]+$`),
    `an OCID that starts with ocid1.${kinds.join(" or ocid1.")}`,
  );
}

const OCTET = "(25[0-5]|2[0-4]\\d|1?\\d?\\d)";
const CIDR = new RegExp(`^(${OCTET}\\.){3}${OCTET}/([89]|[12]\\d|3[0-2])$`);

/** A range of IPv4 addresses that people administer machines from: never everywhere, nor nearly. */
export function adminCidr() {
  return textLike(CIDR, "a range of addresses such as 203.0.113.7/32, no wider than /8");
}

/** A region's name, such as eu-frankfurt-1. */
export function region() {
  return textLike(/^[a-z]{2,3}-[a-z]+-\d$/, "a region such as eu-frankfurt-1");
}

/** An e-mail address, as far as a form can tell. */
export function emailAddress() {
  return z.string().regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, { error: "must be an e-mail address" });
}
