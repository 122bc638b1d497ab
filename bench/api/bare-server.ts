/** node bench/api/bare-server.ts: what Fastify and the pool alone make of the API's two queries. */
import Fastify from "fastify";
import { JOB_COLUMNS, Jobs } from "../../app/adapters/postgres/jobs.ts";
import { createPool } from "../../app/adapters/postgres/pool.ts";

const FRESH_MS = 1_000;
const { DATABASE_URL = "", PORT = "0" } = process.env;
const pool = createPool({
  url: DATABASE_URL,
  connectionsMax: 25,
  idleConnectionsMax: 5,
  connectionLifetimeMs: 300_000,
  applicationName: "bench-bare",
});
const jobs = new Jobs(pool);
const FIND_JOB = `SELECT ${JOB_COLUMNS} FROM jobs WHERE id = $1`;
const server = Fastify();
const up = { status: "up", response_time: 0.5 };
/** As much to say as the API has. */
const services = {
  database: up,
  object_store: up,
  queue: { ...up, details: { queued: 0, running: 0 } },
  executor: { status: "degraded", response_time: 0.5, details: { workers: 0, enabled: "local" } },
};
let checkedAt = Number.NEGATIVE_INFINITY;

server.get<{ Params: { id: string } }>("/api/v1/jobs/:id", async ({ params }) => {
  const { rows } = await pool.query({ name: "find-job", text: FIND_JOB, values: [params.id] });
  return rows[0];
});
// With the API's own way to the database: the requests of one turn of the event loop share a statement.
server.get<{ Params: { id: string } }>("/api/v1/jobs/:id/together", ({ params }) => jobs.find(params.id));
const health = () => ({
  status: "degraded",
  version: "0.1.0",
  release: "none",
  uptime: Math.round(process.uptime()),
  services,
});
server.get("/api/v1/health", async () => {
  await pool.query("SELECT 1");
  return health();
});
// As often as the API asks the database, which is once a second.
server.get("/api/v1/health/kept", async () => {
  if (performance.now() - checkedAt > FRESH_MS) {
    checkedAt = performance.now();
    await pool.query("SELECT 1");
  }
  return health();
});
await server.listen({ host: "127.0.0.1", port: Number(PORT) });
process.on("SIGTERM", () => process.exit());
