import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { RunningStack } from "../../e2e/running-stack.ts";
import { seconds } from "../seconds.ts";

export type PeerFigures = { dumpSeconds: number; restoreSeconds: number; dumpMegabytes: number };

/** What somebody does by hand with Postgres' own tools: nothing is proven, encrypted, or kept elsewhere. */
export async function peer({ prefix, psql }: RunningStack): Promise<PeerFigures> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const file = join(folder, "app.dump");
  const { stdout: container } = await execa("docker", ["ps", "-qf", `name=${prefix}-postgres`]);
  const dump = ["exec", container, "pg_dump", "--format", "custom", "--username", "postgres", "app"];
  const restore = ["exec", "-i", container, "pg_restore", "--username", "postgres", "--dbname", "peer"];
  try {
    const dumpSeconds = await seconds(() => execa("docker", dump, { stdout: { file }, buffer: false }));
    await psql("CREATE DATABASE peer");
    const restoreSeconds = await seconds(() => execa("docker", restore, { inputFile: file }));
    return { dumpSeconds, restoreSeconds, dumpMegabytes: statSync(file).size / 1e6 };
  } finally {
    await psql("DROP DATABASE IF EXISTS peer");
    rmSync(folder, { recursive: true });
  }
}
