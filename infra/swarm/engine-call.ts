import { spawn } from "node:child_process";
import { request } from "node:http";
import { Duplex } from "node:stream";
import { clientEnvironment } from "./docker-client.ts";

/** One call of the engine's API. A body is sent as JSON. */
export type EngineCall = { method: "GET" | "POST" | "DELETE"; path: string; body?: object };

/** The engine's answer: its JSON, or undefined where it has none, and the time by its own clock, in ms. */
export type EngineReply = { status: number; body: unknown; now: number };

/** Calls an engine. Rejects with an EngineAway where nothing answers. */
export type CallEngine = (call: EngineCall) => Promise<EngineReply>;

/** Nothing answers at an engine's address. */
export class EngineAway extends Error {
  override readonly name = "EngineAway";
}

const TIMEOUT_MS = 20_000;

/**
 * A stream to the engine's API by Docker's own client, which reaches every kind of address (socket, ssh, TLS, context)
 * by the rules that the operator has set up for it.
 */
function dial(host: string, env: NodeJS.ProcessEnv): Duplex {
  const client = spawn("docker", ["--host", host, "system", "dial-stdio"], {
    stdio: ["pipe", "pipe", "ignore"],
    env: clientEnvironment(env),
  });
  const stream = Duplex.from({ readable: client.stdout, writable: client.stdin });
  stream.once("close", () => client.kill());
  client.once("error", (error) => stream.destroy(error));
  return stream;
}

function connection(host: string, env: NodeJS.ProcessEnv): object {
  const url = new URL(host);
  if (url.protocol === "unix:") return { socketPath: url.pathname };
  return { createConnection: () => dial(host, env) };
}

/** A way to call the engine at an address as DOCKER_HOST gives it, with the environment of Docker's client. */
export function engineAt(host: string, env: NodeJS.ProcessEnv = process.env): CallEngine {
  return ({ method, path, body }) =>
    new Promise((resolve, reject) => {
      const text = body ? JSON.stringify(body) : "";
      const headers = {
        host: "docker",
        connection: "close",
        ...(body ? { "content-type": "application/json", "content-length": Buffer.byteLength(text) } : {}),
      };
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const asked = request({ ...connection(host, env), method, path, headers, signal }, async (response) => {
        try {
          const answer = (await response.setEncoding("utf8").toArray()).join("");
          const isJson = response.headers["content-type"]?.startsWith("application/json");
          resolve({
            status: response.statusCode ?? 0,
            body: isJson && answer ? JSON.parse(answer) : undefined,
            now: Date.parse(response.headers.date ?? "") || Date.now(),
          });
        } catch (error) {
          reject(error);
        }
      });
      asked.once("error", (error) => {
        const reason = signal.aborted ? `no answer within ${TIMEOUT_MS / 1000} s` : error.message;
        reject(new EngineAway(`No Docker engine answers at ${host} (${reason}).`));
      });
      asked.end(text);
    });
}
