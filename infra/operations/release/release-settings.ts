import { z } from "zod";
import { whole } from "../../settings/fields.ts";

export const ReleaseSettings = z.strictObject({
  /** How long a release is watched at work before it is recorded. */
  bakeSeconds: whole(1, 3_600),
  /** Share of requests that may be answered with 5xx meanwhile. */
  errorRateMax: z.number().min(0).max(1),
  /** What 95 of 100 requests must stay under meanwhile. */
  p95MsMax: whole(1, 60_000),
  /** Another number is another try of a release that was refused. */
  attempt: whole(1, 1_000_000),
});

export type ReleaseSettings = z.infer<typeof ReleaseSettings>;
