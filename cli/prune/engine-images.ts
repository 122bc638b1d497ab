import type { Docker } from "../../infra/swarm/docker-client.ts";

/** An image as the engine has it: under a name of the stack's registry, or as what a build has left. */
export type EngineImage = { id: string; digest: string; name: string };

const FORMAT = "{{.ID}} {{.Digest}} {{.Repository}}:{{.Tag}}";

/** The build stages of the stack's own images carry it, so that what builds leave is told from other people's images. */
const STAGE_LABEL = "slipway.build";
/** Of what builds leave, so many stay: the next build takes from the newest what has not changed. */
const STAGES_KEPT = 3;

function parse(lines: string): EngineImage[] {
  return lines
    .split("\n")
    .filter(Boolean)
    .map((line) => {
      const [id = "", digest = "", name = ""] = line.split(" ");
      return { id, digest, name };
    });
}

/** The images that the engine has under names of a registry. */
export async function imagesOf(registry: string, docker: Docker): Promise<EngineImage[]> {
  const list = ["image", "ls", "--digests", "--no-trunc", "--format", FORMAT];
  return parse(await docker([...list, "--filter", `reference=${registry}/*/*`])).filter(({ name }) =>
    name.startsWith(`${registry}/`),
  );
}

/** The images that the engine has under names of a registry that several machines share. */
export async function sharedImagesOf(namePrefix: string, docker: Docker): Promise<EngineImage[]> {
  const list = ["image", "ls", "--digests", "--no-trunc", "--format", FORMAT];
  return parse(await docker([...list, "--filter", `reference=*/*/${namePrefix}/slipway/*`]));
}

/** What builds of the stack's images have left, and no later one is likely to use. The engine lists the newest first. */
export async function oldStages(stage: string, docker: Docker): Promise<EngineImage[]> {
  const list = ["image", "ls", "--no-trunc", "--format", FORMAT, "--filter", "dangling=true"];
  return parse(await docker([...list, "--filter", `label=${STAGE_LABEL}=${stage}`])).slice(STAGES_KEPT);
}

/** The images that nothing names any more. */
export function unnamed(images: readonly EngineImage[], kept: ReadonlySet<string>): EngineImage[] {
  return images.filter(({ id, digest }) => !kept.has(id) && !kept.has(digest));
}

/**
 * Removes images by their names, so that another name of the same image stays. One that a container still uses stays
 * until the next time. Returns how many went.
 */
export async function removeImages(images: readonly EngineImage[], docker: Docker): Promise<number> {
  let removed = 0;
  for (const { id, digest, name } of images) {
    const [repository] = name.split(/:[^:/]*$/);
    const reference = name.includes("<none>")
      ? digest.startsWith("sha256:")
        ? `${repository}@${digest}`
        : id
      : name;
    const isGone = await docker(["image", "rm", reference]).then(
      () => true,
      () => false,
    );
    if (isGone) removed += 1;
  }
  return removed;
}
