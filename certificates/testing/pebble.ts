import { readFileSync } from "node:fs";
import { type RequestOptions, request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { createAuthority } from "../../cli/internal-ca.ts";
import { cached } from "../../toolchain/cache.ts";
import { buildGo } from "../../toolchain/go-build.ts";
import { toolchainPaths } from "../../toolchain/paths.ts";
import { contentKey } from "../../toolchain/source-keys.ts";
import { baseImage, type Container, type Containers, PROJECT } from "./containers.ts";

const MODULE = join(import.meta.dirname, "pebble");
const VERSION = "2.10.1";
const PORT = 14_000;
const MANAGEMENT_PORT = 15_000;

/** Let's Encrypt's own test authority, in a container. */
export type Pebble = {
  container: Container;
  directoryUrl: string;
  /** The authority of its own HTTPS. */
  serverRoot: string;
  /** What the certificates that it issues are checked against. New with each start. */
  root: string;
  /** What it says from now on when it is asked when a certificate should be renewed. */
  setRenewalWindow(chain: string, start: Date, end: Date): Promise<void>;
};

/** Pebble of its Go module: about half a minute the first time. */
async function program(): Promise<string> {
  const module = ["go.mod", "go.sum"].map((file) => readFileSync(join(MODULE, file), "utf8"));
  const { directory } = await cached({
    ...{ cacheDir: toolchainPaths(PROJECT).cache, name: "pebble", version: VERSION },
    key: contentKey(process.arch, ...module),
    async make(folder) {
      const main = "github.com/letsencrypt/pebble/v2/cmd/pebble";
      await buildGo({ directory: MODULE, package: main, output: join(folder, "pebble") });
      return "built";
    },
    waiting() {},
  });
  return join(directory, "pebble");
}

/** Certificates of the profile `brief` last 40 s. Who asks for no profile gets any of those that there are. */
function configuration(httpPort: number, isBrief: boolean) {
  const brief = { description: "For renewals that a test can wait for", validityPeriod: 40 };
  return {
    pebble: {
      ...{ listenAddress: `0.0.0.0:${PORT}`, managementListenAddress: `0.0.0.0:${MANAGEMENT_PORT}` },
      ...{ certificate: "/etc/pebble/chain.pem", privateKey: "/etc/pebble/key.pem" },
      ...{ httpPort, tlsPort: 8443, keyAlgorithm: "ecdsa", retryAfter: { authz: 1, order: 1 } },
      profiles: {
        default: { description: "As Let's Encrypt has it", validityPeriod: 7_776_000 },
        ...(isBrief ? { brief } : {}),
      },
    },
  };
}

export type PebbleOptions = {
  /** The name of its server. */
  host?: string;
  /** Where challenges are asked for: at the edge's own port, unless told otherwise. */
  httpPort?: number;
  /** The name server that it asks. */
  nameServer?: string;
  /** Whether it has brief certificates besides. */
  isBrief?: boolean;
};

async function ask(options: RequestOptions, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request({ ...options, headers: { "user-agent": "tests" } }, (response) => {
      text(response).then(
        (answer) => (response.statusCode === 200 ? resolve(answer) : reject(Error(answer))),
        reject,
      );
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

/** Starts it. It knows every challenge anew: no validation is taken from an earlier one. */
export async function startPebble(
  containers: Containers,
  { host = "pebble", httpPort = 8080, nameServer, isBrief = false }: PebbleOptions = {},
): Promise<Pebble> {
  const authority = await createAuthority(host);
  const { certificate, key } = await authority.issue([host]);
  const container = containers.start("pebble", {
    ...{
      image: baseImage("nginx"),
      aliases: [host],
      command: ["/pebble", "-config", "/etc/pebble/config.json"],
    },
    files: {
      "/etc/pebble/config.json": JSON.stringify(configuration(httpPort, isBrief)),
      "/etc/pebble/chain.pem": certificate,
      "/etc/pebble/key.pem": key,
    },
    flags: [
      `--volume=${await program()}:/pebble:ro`,
      "--env=PEBBLE_VA_NOSLEEP=1",
      "--env=PEBBLE_AUTHZREUSE=0",
      ...(nameServer ? [`--dns=${nameServer}`] : []),
    ],
  });
  const at = (path: string, method = "GET") => {
    const server = { host: container.address, port: MANAGEMENT_PORT, servername: host };
    return { ...server, ca: authority.certificate, path, method };
  };
  return {
    ...{ container, directoryUrl: `https://${host}:${PORT}/dir`, serverRoot: authority.certificate },
    root: await untilAnswered(() => ask(at("/roots/0"))),
    async setRenewalWindow(chain, start, end) {
      const ariResponse = JSON.stringify({ suggestedWindow: { start, end } });
      await ask(at("/set-renewal-info/", "POST"), JSON.stringify({ certificate: chain, ariResponse }));
    },
  };
}

async function untilAnswered<Answer>(question: () => Promise<Answer>, attemptsLeft = 60): Promise<Answer> {
  return question().catch(async (error) => {
    if (attemptsLeft === 0) throw error;
    await sleep(500);
    return untilAnswered(question, attemptsLeft - 1);
  });
}
