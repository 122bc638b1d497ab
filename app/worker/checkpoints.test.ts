import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { ObjectStore } from "../adapters/object-store/object-store.ts";
import type { Claim, Queue } from "../adapters/postgres/queue.ts";
import { checkpoints } from "./checkpoints.ts";

test("a checkpoint that a full store refuses says so, also when the patience ends during a further try", async () => {
  const patience = new AbortController();
  vi.spyOn(AbortSignal, "timeout").mockReturnValue(patience.signal);
  let tries = 0;
  const server = createServer((_request, response) => {
    tries += 1;
    if (tries === 1) response.writeHead(507).end();
    else patience.abort();
  }).listen(0, "127.0.0.1");
  onTestFinished(() => {
    vi.restoreAllMocks();
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const who = { user: "tests", password: "tests-tests", region: "auto", bucket: "b", publicUrl: "" };
  const store = new ObjectStore({ ...who, endpoint: `127.0.0.1:${port}`, useTls: false });
  const claim = { id: "job", token: "token", checkpoint_key: null } as Claim;
  const { saveCheckpoint } = checkpoints(store, {} as Queue, claim, new AbortController().signal);
  await expect(saveCheckpoint(Buffer.from("half"))).rejects.toMatchObject({ status: 507 });
  expect(tries).toBe(2);
});
