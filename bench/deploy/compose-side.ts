import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { freePortFrom } from "../../cli/ports.ts";
import { freshCheckout } from "../../e2e/checkout.ts";
import { ensureExtraAuthority } from "../../infra/swarm/build-authority.ts";
import { COMPOSE_NGINX, type ComposeArgs, renderCompose } from "./compose-file.ts";
import type { Side } from "./side.ts";

const READY_SECONDS_MAX = 120;
const MIGRATE = `node -e 'const go = (n) => require("child_process").spawnSync("node", ["dist/migrate.js"], { stdio: "inherit" }).status && n && setTimeout(go, 1000, n - 1); go(30)'`;

async function ready(url: string): Promise<void> {
  for (let second = 0; second < READY_SECONDS_MAX; second += 1) {
    const answer = await fetch(`${url}/api/v1/health/ready`).catch(() => undefined);
    if (answer?.ok) return;
    await wait(1_000);
  }
  throw new Error(`the peer's app is not ready within ${READY_SECONDS_MAX} s`);
}

/** The peer: docker-compose from Debian, as the original design deploys. */
export async function composeSide(baseImages: ComposeArgs["baseImages"]): Promise<Side> {
  const checkout = await freshCheckout();
  const port = await freePortFrom(31_000);
  const token = randomBytes(24).toString("hex");
  const password = randomBytes(24).toString("hex");
  const file = renderCompose({ baseImages, port, token, password });
  ensureExtraAuthority(checkout.root, process.env);
  writeFileSync(join(checkout.root, "docker-compose.yml"), file);
  writeFileSync(join(checkout.root, "compose-nginx.conf"), COMPOSE_NGINX);
  const project = basename(checkout.root).toLowerCase();
  const compose = (line: string) =>
    checkout.shell(`docker-compose --project-name ${project} ${line}`, { env: { DOCKER_BUILDKIT: "0" } });
  const url = `http://127.0.0.1:${port}`;
  const deploy = async () => {
    for (const line of ["build --quiet", "up --detach postgres minio", `run --rm backend ${MIGRATE}`]) {
      const outcome = await compose(line);
      if (outcome.exitCode !== 0) return outcome;
    }
    return compose("up --detach");
  };
  const first = await deploy();
  if (first.exitCode !== 0) throw new Error(first.all);
  await ready(url);
  return {
    ...{ name: "docker-compose", checkout, url, token, deploy },
    async remove() {
      await compose("down --volumes --rmi local");
      checkout.remove();
    },
  };
}
