import { request } from "node:http";

/** Answers of the engine's API to a GET: status and parsed JSON. */
export type EngineAnswer = { status: number; body: unknown };

/** Asks the engine something. Rejects when nothing answers within the time. */
export type AskEngine = (path: string) => Promise<EngineAnswer>;

/** The address of this machine's Docker engine when DOCKER_HOST names none. */
export const LOCAL_ENGINE = "unix:///var/run/docker.sock";

const TIMEOUT_MS = 5_000;

/** How Node reaches an engine; undefined for addresses (ssh, TLS) that it cannot speak to by itself. */
function connection(host: string): { socketPath: string } | { host: string; port: string } | undefined {
  const url = new URL(host);
  if (url.protocol === "unix:") return { socketPath: url.pathname };
  if (url.protocol === "tcp:" && url.port !== "2376") return { host: url.hostname, port: url.port || "2375" };
  return undefined;
}

/** A way to ask the engine at an address as DOCKER_HOST gives it; undefined where Node cannot by itself. */
export function engineAt(host: string): AskEngine | undefined {
  const to = connection(host);
  if (!to) return undefined;
  return (path) =>
    new Promise((resolve, reject) => {
      const asked = request({ ...to, path, timeout: TIMEOUT_MS }, async (response) => {
        try {
          const text = (await response.setEncoding("utf8").toArray()).join("");
          resolve({
            status: response.statusCode ?? 0,
            body: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text,
          });
        } catch (error) {
          reject(error);
        }
      });
      asked.once("timeout", () => asked.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
      asked.once("error", reject);
      asked.end();
    });
}
