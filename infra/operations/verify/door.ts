import { request as requestInClear } from "node:http";
import { type RequestOptions, request as requestOverTls } from "node:https";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { getCACertificates, TLSSocket } from "node:tls";
import type { Validity } from "./certificate-fault.ts";

/** The stack as the world reaches it. */
export type Door = {
  /** Scheme, host and port. */
  url: string;
  /** Where the host really is, whatever its name says yet. */
  address?: string;
  /** The stack's own authority, PEM; believed besides the public ones and those of NODE_EXTRA_CA_CERTS. */
  authority: string;
  token: string;
};

export type Ask = {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  /** From the root. */
  path: string;
  json?: object;
  /** Raw content. */
  content?: string;
};

export type Answer = {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: Buffer;
  /** Of the certificate that the answer came under. */
  certificate?: Validity;
};

const TIMEOUT_MS = 20_000;
/** A minute is the longest that the app's own limit of requests makes anybody wait. */
const WAITS_MAX = 3;

/** The socket goes to the door's address, while certificate and Host are those of its name. */
function destination({ url, address, authority }: Door): RequestOptions {
  const options: RequestOptions = { ca: [...getCACertificates(), authority], agent: false };
  if (!address || address === new URL(url).hostname) return options;
  return {
    ...options,
    lookup: (_name, { all }, found) => {
      const family = address.includes(":") ? 6 : 4;
      if (all) found(null, [{ address, family }]);
      else found(null, address, family);
    },
  };
}

function askOnce(door: Door, { method = "GET", path, json, content }: Ask): Promise<Answer> {
  const body = json ? JSON.stringify(json) : (content ?? "");
  const headers = {
    authorization: `Bearer ${door.token}`,
    ...(method === "GET" || method === "DELETE" ? {} : { "content-length": Buffer.byteLength(body) }),
    ...(json ? { "content-type": "application/json" } : {}),
    ...(content ? { "content-type": "application/octet-stream" } : {}),
  };
  const request = door.url.startsWith("https:") ? requestOverTls : requestInClear;
  const options = { ...destination(door), method, headers, signal: AbortSignal.timeout(TIMEOUT_MS) };
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, door.url), options, async (response) => {
      try {
        const { socket } = response;
        const certificate = validityOf(socket);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(await response.toArray()),
          ...(certificate ? { certificate } : {}),
        });
      } catch (error) {
        reject(error);
      }
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

/** Nothing where the door is open in clear. Name and chain were checked before anything was asked. */
function validityOf(socket: Socket): Validity | undefined {
  if (!(socket instanceof TLSSocket)) return undefined;
  const { valid_from, valid_to } = socket.getPeerCertificate();
  return { begins: new Date(valid_from), ends: new Date(valid_to) };
}

/** Asks the door something. One that asks to wait, since there were too many requests, is asked again. */
export async function ask(door: Door, what: Ask): Promise<Answer> {
  for (let waits = 0; ; waits += 1) {
    const answer = await askOnce(door, what);
    if (answer.status !== 429 || waits === WAITS_MAX) return answer;
    await sleep(1_000 * Math.min(65, Number(answer.headers["retry-after"]) || 1));
  }
}

/** Asks for JSON. Rejects with what was answered where the status is not as expected. */
export async function askJson<Body>(door: Door, what: Ask, expected: number): Promise<Body> {
  const { status, body } = await ask(door, what);
  const text = body.toString("utf8");
  if (status === expected) return JSON.parse(text || "null") as Body;
  throw new Error(
    `${what.method ?? "GET"} ${what.path} was answered with ${status}, not ${expected}: ${text.slice(0, 300)}`,
  );
}
