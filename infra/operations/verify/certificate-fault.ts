/** The time in which a certificate is good. */
export type Validity = { begins: Date; ends: Date };

const DAY_MS = 86_400_000;
/** What is renewed by a fraction of its life has more than that left, unless it could not be renewed. */
const LIFETIME_LEFT_MIN = 0.1;

/**
 * What is wrong with a certificate's dates, if anything: that it is not good yet, or over, or about to be. A day must
 * be left, or a tenth of its life where that is less: some authorities issue for a day.
 */
export function certificateFault({ begins, ends }: Validity, now: Date): string | undefined {
  if (begins > now) return `the certificate is not good before ${begins.toISOString()}`;
  const left = ends.getTime() - now.getTime();
  if (left <= 0) return `the certificate ended ${ends.toISOString()}`;
  const least = Math.min(DAY_MS, LIFETIME_LEFT_MIN * (ends.getTime() - begins.getTime()));
  return left < least ? `the certificate ends ${ends.toISOString()} and was not renewed` : undefined;
}
