import { setTimeout as wait } from "node:timers/promises";
import type { Docker } from "../../infra/swarm/docker-client.ts";
import { OperatorError } from "../operator-error.ts";

const READY_SECONDS_MAX = 30;

/** The tags that the registry has, as lines `repository tag digest`. */
const LIST = `cd /var/lib/registry/docker/registry/v2/repositories 2>/dev/null || exit 0
find . -path '*/_manifests/tags/*/current/link' | while read -r link; do
  tag=\${link%/current/link}
  repository=\${tag%/_manifests/tags/*}
  echo "\${repository#./} \${tag##*/} $(cat "$link")"
done`;

/** Removes the tags whose folders are its arguments, and then everything that no tag names. */
const REMOVE = `set -e
cd /var/lib/registry/docker/registry/v2/repositories
rm -r -- "$@"
registry garbage-collect --delete-untagged /etc/docker/registry/config.yml >/dev/null`;

export type RegistryTag = { repository: string; tag: string; digest: string };

function inRegistry(container: string, script: string, ...args: string[]): string[] {
  return ["exec", container, "sh", "-c", script, "prune", ...args];
}

/** What a stack's own registry has. */
export async function tagsIn(container: string, docker: Docker): Promise<RegistryTag[]> {
  return (await docker(inRegistry(container, LIST)))
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [repository = "", tag = "", digest = ""] = line.split(" ");
      return { repository, tag, digest };
    });
}

async function isHealthy(container: string, docker: Docker): Promise<boolean> {
  return (await docker(["inspect", "--format", "{{.State.Health.Status}}", container])).trim() === "healthy";
}

/**
 * Removes tags and the space that they alone took. Nobody may push meanwhile: whoever calls holds the deploy lock. The
 * registry starts anew then, since it remembers layers that are gone, and would have the next push leave them out.
 */
export async function removeTags(
  container: string,
  tags: readonly RegistryTag[],
  docker: Docker,
): Promise<void> {
  if (tags.length === 0) return;
  const folders = tags.map(({ repository, tag }) => `./${repository}/_manifests/tags/${tag}`);
  await docker(inRegistry(container, REMOVE, ...folders));
  await docker(["restart", container]);
  for (let second = 0; second < READY_SECONDS_MAX; second += 1) {
    if (await isHealthy(container, docker)) return;
    await wait(1_000);
  }
  throw new OperatorError(`The registry ${container} does not get healthy again: docker logs ${container}`);
}
