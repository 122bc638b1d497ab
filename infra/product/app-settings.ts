import { z } from "zod";
import { duration, origin, whole } from "../settings/fields.ts";

/** What all processes of the app have in common. Names and limits of the environment are in app/env-variables.ts. */
export const AppSettings = z.strictObject({
  logLevel: z.enum(["trace", "debug", "info", "warn", "error"]),
  /** Requests a minute of one client address, over all backends together. */
  requestsPerMinute: whole(1, 1_000_000),
  /** The same for expensive routes: making jobs, uploads, downloads. */
  expensiveRequestsPerMinute: whole(1, 1_000_000),
  /** Largest request body, in MB (2^20 bytes). */
  requestSizeMbMax: whole(1, 100),
  /** Largest dataset by a presigned upload, in MB (2^20 bytes). */
  datasetSizeMbMax: whole(1, 5_000),
  /** Web origins, besides the stack's own, whose pages may call the API. */
  allowedOrigins: z.array(origin()),
});

/** A pool of connections to the database, per process. */
export const DatabasePoolSettings = {
  databaseConnectionsMax: whole(2, 1_000),
  databaseConnectionsIdleMax: whole(0, 1_000),
  databaseConnectionLifetime: duration(),
};

export type DatabasePool = {
  databaseConnectionsMax: number;
  databaseConnectionsIdleMax: number;
  databaseConnectionLifetime: string;
};
