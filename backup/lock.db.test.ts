import { expect, inject, test } from "vitest";
import { withConnection } from "./connect.ts";
import { whenAlone } from "./lock.ts";

const args = () => ({ url: inject("servers").postgresUrl, waitSeconds: 0, note: () => {} });

/** Ends the connection that holds the lock, as a server does that restarts or that loses its client. */
async function cutOff(): Promise<void> {
  await withConnection(inject("servers").postgresUrl, (client) =>
    client.query(`SELECT pg_terminate_backend(activity.pid) FROM pg_stat_activity AS activity
      JOIN pg_locks USING (pid) WHERE locktype = 'advisory' AND application_name = 'slipway-backup'`),
  );
}

test("one is alone at a time, and gives way when it is done", async () => {
  const other = whenAlone(args(), async () => {
    await expect(whenAlone(args(), async () => "both")).rejects.toThrow(
      expect.objectContaining({ reason: "busy" }),
    );
    return "first";
  });
  expect(await other).toBe("first");
  expect(await whenAlone(args(), async () => "second")).toBe("second");
});

test("a lock that is lost ends the run, plainly, since another may have begun", async () => {
  const begun = Promise.withResolvers<void>();
  const run = whenAlone(args(), () => {
    begun.resolve();
    return new Promise(() => {});
  });
  await begun.promise;
  await Promise.all([
    expect(run).rejects.toThrow(
      expect.objectContaining({ reason: "lock-lost", message: expect.stringMatching(/run it again/) }),
    ),
    cutOff(),
  ]);
}, 20_000);
