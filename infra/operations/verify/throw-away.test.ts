import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { removeThrowAway } from "./throw-away.ts";

test("all that checks have made is removed, jobs first, and nothing else is touched", async () => {
  const changes: string[] = [];
  const lists: Record<string, object[]> = {
    "/api/v1/datasets": [
      { id: "d1", name: "slipway-verify-abc" },
      { id: "d2", name: "our own" },
    ],
    "/api/v1/jobs": [{ id: "j1" }],
  };
  const server = createServer(({ method, url = "" }, answer) => {
    const { pathname, search } = new URL(url, "http://localhost");
    if (method === "GET") return answer.end(JSON.stringify({ items: lists[pathname], search }));
    changes.push(`${method} ${pathname}`);
    // A job that is just being canceled cannot be removed yet.
    const isEarly = changes.filter((change) => change === "DELETE /api/v1/jobs/j1").length === 1;
    answer.statusCode = isEarly && pathname.endsWith("j1") ? 409 : 204;
    answer.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await removeThrowAway({ url: `http://127.0.0.1:${port}`, authority: "", token: "t" });
  server.close();
  expect(changes).toEqual([
    "POST /api/v1/jobs/j1/cancel",
    "DELETE /api/v1/jobs/j1",
    "DELETE /api/v1/jobs/j1",
    "DELETE /api/v1/datasets/d1",
  ]);
});
