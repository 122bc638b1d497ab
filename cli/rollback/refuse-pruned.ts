import type { ReleaseManifest } from "../../infra/operations/release/manifest.ts";
import { OperatorError } from "../operator-error.ts";
import { digestsIn, RELEASES_WITH_IMAGES } from "../prune/kept-digests.ts";
import { ownRegistry } from "../prune/prune-images.ts";
import { tagsIn } from "../prune/registry-tags.ts";
import type { StackEngine } from "../stack-engine.ts";

/** Names of a release's images that a registry at an address, with these digests, cannot give. */
export function missingImages(
  { images }: Pick<ReleaseManifest, "images">,
  { address, digests }: { address: string; digests: ReadonlySet<string> },
): string[] {
  const isThere = (image: string) =>
    !image.startsWith(`${address}/`) || [...digestsIn([image])].every((digest) => digests.has(digest));
  return Object.keys(images).filter((name) => !isThere(images[name] ?? ""));
}

/** Refuses a release whose images the stack's own registry no longer has. A registry elsewhere is not asked. */
export async function refusePruned(
  { namePrefix, docker, stack }: Pick<StackEngine, "namePrefix" | "docker" | "stack">,
  release: ReleaseManifest,
): Promise<void> {
  const registry = await ownRegistry(namePrefix, docker);
  if (!registry) return;
  const digests = new Set((await tagsIn(registry.container, docker)).map(({ digest }) => digest));
  const missing = missingImages(release, { address: registry.address, digests });
  if (missing.length === 0) return;
  const commit = release.commit ? `commit ${release.commit.id}` : "the code that it was made from";
  throw new OperatorError(
    `The registry of stack ${stack} no longer has the images of ${release.id} (${missing.join(", ")}): it keeps those of the last ${RELEASES_WITH_IMAGES} releases. Check out ${commit} and bring it up instead. Nothing was changed.`,
  );
}
