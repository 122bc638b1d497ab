import { Type } from "typebox";
import { choice, nullable, Time } from "./shared.ts";

/** Not an `anyOf`, which would be validated again while serialising. */
const Details = { type: "object", additionalProperties: { type: ["string", "number"] } };

const ServiceStatus = Type.Object({
  status: choice(["up", "degraded", "down"]),
  response_time: Type.Number({ description: "ms" }),
  details: Type.Optional(Type.Unsafe<Record<string, string | number>>(Details)),
});

export const Health = Type.Object(
  {
    status: choice(["up", "degraded", "down"]),
    version: Type.String(),
    release: Type.String(),
    uptime: Type.Number({ description: "Seconds" }),
    services: Type.Object({
      database: ServiceStatus,
      object_store: ServiceStatus,
      queue: ServiceStatus,
      executor: ServiceStatus,
    }),
  },
  { $id: "Health" },
);

export const Probe = Type.Object({ status: choice(["live", "ready", "draining"]) }, { $id: "Probe" });

const Count = Type.Integer({ minimum: 0 });

export const Stats = Type.Object(
  {
    time: Time,
    requests: Type.Object({
      per_second: Type.Number({ description: "Over the last minute, all replicas" }),
      errors_per_second: Type.Number({ description: "Answers of 500 and above" }),
      p95_ms: nullable(Type.Number()),
    }),
    jobs: Type.Object({
      queued: Count,
      running: Count,
      succeeded: Count,
      failed: Count,
      canceled: Count,
    }),
    workers: Type.Object({ processes: Count, active: Count, capacity: Count }),
    database: Type.Object({ active: Count, idle: Count, max: Count }),
    object_store: Type.Object({ used_bytes: Type.Integer(), datasets: Count, models: Count }),
    api: Type.Object({ processes: Count }),
  },
  { $id: "Stats", description: "The figures of the operations page; poll it" },
);
