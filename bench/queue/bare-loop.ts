import pg from "pg";

/**
 * The yardstick: loops that each take one job with SKIP LOCKED, do nothing, and mark it done, in one transaction.
 * No lease, no log, no model, no notification. Returns jobs per second.
 */
export async function bareRate(url: string, loops: number, jobs: number): Promise<number> {
  const clients = await Promise.all(
    Array.from({ length: loops }, async () => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      return client;
    }),
  );
  let begun = 0;
  const startedAt = performance.now();
  await Promise.all(
    clients.map(async (client) => {
      while (begun < jobs) {
        begun += 1;
        if (!(await takeOne(client))) throw new Error("the bare loop ran out of jobs");
      }
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  await Promise.all(clients.map((client) => client.end()));
  return jobs / seconds;
}

async function takeOne(client: pg.Client): Promise<boolean> {
  await client.query("BEGIN");
  const { rows } = await client.query<{ id: string }>({ name: "take", text: TAKE });
  if (rows[0]) await client.query({ name: "done", text: DONE, values: [rows[0].id] });
  await client.query("COMMIT");
  return rows[0] !== undefined;
}

const TAKE = `SELECT id FROM jobs WHERE status = 'queued' AND run_at <= now()
  ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED`;
const DONE = `UPDATE jobs SET status = 'canceled', finished_at = now() WHERE id = $1`;
