import { open, rename } from "node:fs/promises";

/** Writes a file so that a reader, or a power cut, finds the old content or the new. Only its owner may read it. */
export async function writeWhole(path: string, content: string): Promise<void> {
  const file = await open(`${path}.new`, "w", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
