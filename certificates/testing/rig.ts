import { execFileSync } from "node:child_process";
import { request } from "node:http";
import { text } from "node:stream/consumers";
import { connect, type PeerCertificate } from "node:tls";
import { CHOSEN, renderDoorScript } from "../../infra/web/door-script.ts";
import { renderNginxConf } from "../../infra/web/nginx-conf.ts";
import { type CertificatesConfig, CONFIG_PATH } from "../config.ts";
import { baseImage, type Container, type Containers, makeContainers, PROJECT } from "./containers.ts";
import { issue } from "./issue.ts";
import { type Pebble, startPebble } from "./pebble.ts";

export const DOMAIN = "app.example.test";
/** A name that leads to another server than the door. */
export const ELSEWHERE = "elsewhere.example.test";
const STATUS_PORT = 9189;

/** A certificate authority, a door before a site, and what keeps the door's certificate. */
export type Rig = {
  pebble: Pebble;
  door: Container;
  /** Starts the program anew; the account and the certificates are those of before. */
  keep(more?: Partial<CertificatesConfig>): Container;
  /** Ends the program. */
  end(keeper: Container): void;
  /** The certificate that a client of the door gets. Rejects where it is not the authority's, for the domain. */
  served(): Promise<PeerCertificate>;
  /** Runs a shell script in the store. */
  inStore(script: string): string;
  /** The value of a metric. */
  metric(keeper: Container, name: string): Promise<number>;
  /** The status that the door answers with in clear. */
  statusInClear(path: string): Promise<number>;
  remove(): void;
};

/** A site whose page takes half a minute to be sent, and that answers everything else at once. */
const SITE = `require("http").createServer((request, response) => {
  if (request.url !== "/slow") return response.end("the site");
  response.writeHead(200, { "content-length": 600000 });
  let left = 60;
  const timer = setInterval(() => {
    response.write(Buffer.alloc(10000));
    left -= 1;
    if (left === 0) { clearInterval(timer); response.end(); }
  }, 500);
}).listen(8080)`;

function keeperImage(id: string): string {
  const bases = { NODE_BUILD_IMAGE: "node-build", NODE_IMAGE: "node", ACME_IMAGE: "acme" };
  const args = Object.entries(bases).flatMap(([name, base]) => ["--build-arg", `${name}=${baseImage(base)}`]);
  execFileSync("docker", ["build", "--tag", id, "--file", "certificates/Dockerfile", ...args, "."], {
    cwd: PROJECT,
    stdio: "pipe",
  });
  return id;
}

async function startDoor(containers: Containers): Promise<Container> {
  const own = await issue(DOMAIN);
  const paths = { certificatePath: "/run/own/chain.pem", keyPath: "/run/own/key.pem" };
  const conf = renderNginxConf({
    ...{
      workers: 2,
      requestSizeMbMax: 10,
      objectSizeMbMax: 10,
      connectionsPerClientMax: 256,
      bucket: "models",
    },
    ...{ caPath: paths.certificatePath, tls: CHOSEN, challenges: true },
  });
  return containers.start("door", {
    ...{ image: baseImage("nginx"), aliases: ["edge", DOMAIN], command: ["sh", "/etc/slipway/door.sh"] },
    files: {
      "/etc/nginx/nginx.conf": conf,
      "/etc/slipway/door.sh": renderDoorScript({ store: "/certificates", own: paths }),
      [paths.certificatePath]: own.chain,
      [paths.keyPath]: own.key,
    },
    flags: [`--volume=${containers.volume}:/certificates:ro`],
  });
}

function keeperStarter(containers: Containers, pebble: Pebble, image: string): Rig["keep"] {
  let started = 0;
  return (more = {}) => {
    started += 1;
    const config: CertificatesConfig = {
      ...{
        domain: DOMAIN,
        directoryUrl: pebble.directoryUrl,
        email: "tests@example.test",
        renewAtFraction: 0.5,
        profile: "default",
        isTrial: false,
      },
      ...{
        store: "/certificates",
        challengePort: 8080,
        door: "edge:8080",
        statusPort: STATUS_PORT,
        rootsFile: "/etc/slipway/roots.pem",
      },
      ...more,
    };
    return containers.start(`keeper-${started}`, {
      ...{ image, aliases: ["certificates"] },
      files: { [CONFIG_PATH]: JSON.stringify(config), "/etc/slipway/roots.pem": pebble.serverRoot },
      flags: [`--volume=${containers.volume}:/certificates`, "--memory=48m"],
    });
  };
}

function served(door: Container, roots: string): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: door.address, port: 8443, servername: DOMAIN, ca: roots }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once("error", reject);
  });
}

function get(host: string, port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path }, async (response) =>
      resolve({ status: response.statusCode ?? 0, body: await text(response) }),
    );
    asked.once("error", reject).end();
  });
}

async function metric(keeper: Container, name: string): Promise<number> {
  const { body } = await get(keeper.address, STATUS_PORT, "/metrics");
  const line = body.split("\n").find((candidate) => candidate.startsWith(`${name} `));
  return Number(line?.split(" ").at(-1));
}

/** Starts all but the program. */
export async function startRig(): Promise<Rig> {
  const containers = makeContainers();
  try {
    const pebble = await startPebble(containers, { isBrief: true });
    const site = {
      image: baseImage("node"),
      aliases: ["frontend", ELSEWHERE],
      command: ["node", "-e", SITE],
    };
    containers.start("site", site);
    const door = await startDoor(containers);
    return {
      ...{ pebble, door, metric, keep: keeperStarter(containers, pebble, keeperImage(containers.id)) },
      end: (keeper) => keeper.docker("rm", "--force"),
      served: () => served(door, pebble.root),
      inStore: containers.inVolume,
      statusInClear: async (path) => (await get(door.address, 8080, path)).status,
      remove: () => {
        containers.remove();
        execFileSync("docker", ["rmi", containers.id], { stdio: "pipe" });
      },
    };
  } catch (error) {
    containers.remove();
    throw error;
  }
}
