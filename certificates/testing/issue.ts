import { createAuthority } from "../../cli/internal-ca.ts";
import type { Pair } from "../issued.ts";

/** A certificate for a name, two years long, by an authority of its own. */
export async function issue(domain: string, now = new Date()): Promise<Pair> {
  const authority = await createAuthority("tests", now);
  const { certificate, key } = await authority.issue([domain]);
  return { chain: `${certificate}${authority.certificate}`, key };
}
