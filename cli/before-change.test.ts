import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { beforeChange } from "./before-change.ts";
import { LOCK_VARIABLE } from "./lock/lock-holders.ts";

beforeEach(() => {
  vi.stubEnv(LOCK_VARIABLE, "");
  return () => vi.unstubAllEnvs();
});

const AWAY = "unix:///tmp/no-engine-here.sock";

/** A change of a stack whose engine does not answer. */
function change(command: string, ...flags: string[]): Promise<string[]> {
  return changeAt(AWAY, command, ...flags);
}

function changeAt(engine: string, command: string, ...flags: string[]): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), "slipway-change-"));
  writeFileSync(join(root, "Pulumi.local.yaml"), "config:\n  slipway:namePrefix: shop\n");
  const environment = { DOCKER_HOST: engine };
  return beforeChange({ root, stack: "local", command, args: [command, ...flags], environment });
}

test("an engine that does not answer has nothing changed on it", async () => {
  await expect(change("up", "--allow-data-loss")).rejects.toThrow(/cannot be told, so nothing was changed/);
  await expect(change("refresh")).rejects.toThrow(/cannot be told, so nothing was changed/);
});

test("but a destroy goes on, and what an operator wants all the same", async () => {
  expect(await change("destroy")).toEqual([]);
  expect(await change("up", "--allow-data-loss", "--without-lock")).toEqual([]);
});

test("an engine is asked once where its lock would be", async () => {
  const asked: string[] = [];
  const socket = join(mkdtempSync(join(tmpdir(), "slipway-engine-")), "engine.sock");
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.writeHead(url === "/info" ? 200 : 503, { "content-type": "application/json" });
    response.end(JSON.stringify({ Swarm: { LocalNodeState: "inactive" } }));
  });
  await once(server.listen(socket), "listening");
  onTestFinished(() => void server.close());
  expect(await changeAt(`unix://${socket}`, "refresh")).toEqual([]);
  expect(asked).toEqual(["/swarm", "/info"]);
});
