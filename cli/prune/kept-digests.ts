/** So many of the last releases can be gone back to without building anything again. */
export const RELEASES_WITH_IMAGES = 5;

const DIGEST = /sha256:[0-9a-f]{64}/g;

/** Every digest that any of the texts names: ids of images and digests of their manifests alike. */
export function digestsIn(texts: Iterable<string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const text of texts) for (const [digest] of text.matchAll(DIGEST)) found.add(digest);
  return found;
}
