import type { Docker } from "../../infra/swarm/docker-client.ts";

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

/**
 * Removes tags and the space that they alone took. Nobody may push meanwhile: whoever calls holds the deploy lock. Cut
 * off anywhere it leaves what a push makes whole again: the registry remembers nothing, and looks for each layer.
 */
export async function removeTags(
  container: string,
  tags: readonly RegistryTag[],
  docker: Docker,
): Promise<void> {
  if (tags.length === 0) return;
  const folders = tags.map(({ repository, tag }) => `./${repository}/_manifests/tags/${tag}`);
  await docker(inRegistry(container, REMOVE, ...folders));
}
