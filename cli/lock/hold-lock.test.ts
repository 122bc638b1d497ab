import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { holdDeployLock } from "./hold-lock.ts";
import { LOCK_VARIABLE } from "./lock-holders.ts";

beforeEach(() => {
  vi.stubEnv(LOCK_VARIABLE, "");
  return () => vi.unstubAllEnvs();
});

/** An engine that gives these answers, by path. Returns its address. */
async function engine(answers: Record<string, [status: number, body: object]>): Promise<string> {
  const socket = join(mkdtempSync(join(tmpdir(), "slipway-engine-")), "engine.sock");
  const server = createServer(({ url = "" }, response) => {
    const [status, body] = answers[url] ?? [404, {}];
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  await once(server.listen(socket), "listening");
  onTestFinished(() => void server.close());
  return `unix://${socket}`;
}

function hold(host: string, command = "pulumi up") {
  const root = mkdtempSync(join(tmpdir(), "slipway-hold-"));
  const target = { host, namePrefix: "shop" };
  return holdDeployLock({ root, stack: "prod", target, command, say: () => {} });
}

test("an engine that does not answer may have somebody's lock: nothing is changed", async () => {
  const away = hold("unix:///tmp/no-engine-here.sock");
  await expect(away).rejects.toThrow(
    /no-engine-here\.sock.*Whether somebody else changes stack prod cannot be told.*--without-lock/s,
  );
  await expect(away).rejects.toMatchObject({ name: "OperatorError" });
});

test("so may one whose swarm does not answer", async () => {
  const host = await engine({
    "/swarm": [500, { message: "rpc error: The swarm does not have a leader" }],
    "/info": [200, { Swarm: { LocalNodeState: "active" } }],
  });
  await expect(hold(host)).rejects.toThrow(/does not have a leader.*cannot be told/s);
});

test("one that is in no swarm has nobody's lock, and no place for one", async () => {
  const host = await engine({
    "/swarm": [503, { message: "This node is not a swarm manager." }],
    "/info": [200, { Swarm: { LocalNodeState: "inactive" } }],
  });
  await expect(hold(host).then((giveBack) => giveBack())).resolves.toBeUndefined();
});
