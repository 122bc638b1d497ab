import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { checkEngine } from "./check-engine.ts";

let directory: string;
let host: string;
const closers: (() => void)[] = [];

/** An engine that answers by path, on the socket of this test. */
async function engine(answers: Record<string, { status?: number; body: unknown }>): Promise<void> {
  const answer: RequestListener = (request, response) => {
    const { status = 200, body } = answers[request.url?.split("?")[0] ?? ""] ?? { status: 404, body: {} };
    response.writeHead(status).end(JSON.stringify(body));
  };
  const server = createServer(answer);
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(join(directory, "docker.sock"), resolve));
}

/** A port that another program listens on. */
async function takenPort(): Promise<number> {
  const server = createTcpServer();
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function check(port = 0) {
  const ports = port ? [{ setting: "edge/httpPort", port }] : [];
  return checkEngine({ host, scope: { prefix: "test" }, file: "Pulumi.local.yaml", ports });
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "engine-"));
  host = `unix://${directory}/docker.sock`;
});

afterEach(() => {
  for (const close of closers.splice(0)) close();
  rmSync(directory, { recursive: true, force: true });
});

test("an engine that leads a swarm passes", async () => {
  await engine({ "/swarm": { body: {} }, "/containers/json": { body: [] } });
  await check();
});

test("an unreachable engine is a line that says what to do", async () => {
  await expect(check()).rejects.toThrow(
    `No Docker engine answers at ${host} (ENOENT): start it ("npm run up" does), or set DOCKER_HOST to another.`,
  );
});

test("an engine without a swarm is a line that says what to do", async () => {
  await engine({ "/swarm": { status: 503, body: { message: "This node is not a swarm manager. Use …" } } });
  await expect(check()).rejects.toThrow(
    /leads no swarm \(This node is not a swarm manager\): run "npm run up"/,
  );
});

test("a port of another program is named with the setting that wants it", async () => {
  await engine({ "/swarm": { body: {} }, "/containers/json": { body: [] } });
  const port = await takenPort();
  await expect(check(port)).rejects.toThrow(
    `Pulumi.local.yaml: edge/httpPort: port ${port} is taken by another program: end it, or choose a free port`,
  );
});

test("a port that the stack itself has is no fault", async () => {
  const port = await takenPort();
  await engine({
    "/swarm": { body: {} },
    "/containers/json": { body: [{ ...container("registry", "running"), Ports: [{ PublicPort: port }] }] },
  });
  await check(port);
});

const container = (name: string, State: string) => ({ Names: [`/test-${name}`], State, Ports: [] });

test("a registry that does not run is a line that says how to start it", async () => {
  await engine({ "/swarm": { body: {} }, "/containers/json": { body: [container("registry", "exited")] } });
  await expect(check()).rejects.toThrow(
    `The stack's registry does not run (exited): "docker start test-registry".`,
  );
});

test("a registry that runs passes, and so does a stack that has nothing yet", async () => {
  await engine({ "/swarm": { body: {} }, "/containers/json": { body: [container("registry", "running")] } });
  await check();
});

test("a registry that is gone from a running stack is told, with what brings it back", async () => {
  await engine({ "/swarm": { body: {} }, "/containers/json": { body: [container("edge.1.x", "running")] } });
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  await check();
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('test-registry is gone: "npx pulumi refresh'));
});

test("an engine over ssh is left to the provider", async () => {
  host = "ssh://root@machine";
  await check();
});
