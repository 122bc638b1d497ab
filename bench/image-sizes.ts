// Sizes of the running local stack's images, as the engine unpacks them and as they travel (gzip).
// Usage: node bench/image-sizes.ts (after npm run up)

import { dirname } from "node:path";
import { createGzip } from "node:zlib";
import { execa } from "execa";
import { stackObjects } from "../cli/engine-objects.ts";
import { readLocalStack } from "../cli/local-stack.ts";
import { renderTable } from "./table.ts";

/** Uncompressed limits in megabytes. */
const MEGABYTES_MAX: Record<string, number> = { backend: 150, frontend: 60 };

async function compressedBytes(image: string): Promise<number> {
  let bytes = 0;
  const saved = execa("docker", ["save", image], { buffer: false, encoding: "buffer", stdout: "pipe" });
  for await (const chunk of saved.stdout.pipe(createGzip({ level: 6 }))) bytes += (chunk as Buffer).length;
  await saved;
  return bytes;
}

async function imageOf(service: string): Promise<string> {
  const format = "{{.Spec.TaskTemplate.ContainerSpec.Image}}";
  return (await execa("docker", ["service", "inspect", "--format", format, service])).stdout;
}

const { namePrefix } = await readLocalStack(dirname(import.meta.dirname));
const services = (await stackObjects(namePrefix)).filter(({ kind }) => kind === "service");
if (services.length === 0) throw new Error("no service of the local stack runs: npm run up");
const rows: (string | number)[][] = [];
for (const { name } of services) {
  const image = await imageOf(name);
  const unpacked =
    Number((await execa("docker", ["image", "inspect", "--format", "{{.Size}}", image])).stdout) / 1e6;
  const service = name.slice(namePrefix.length + 1);
  const limit = MEGABYTES_MAX[service];
  if (limit !== undefined && unpacked > limit) process.exitCode = 1;
  rows.push([service, unpacked.toFixed(1), ((await compressedBytes(image)) / 1e6).toFixed(1), limit ?? ""]);
}
process.stdout.write(renderTable(["service", "MB unpacked", "MB compressed", "MB at most"], rows));
