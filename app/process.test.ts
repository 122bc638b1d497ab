import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startAppProcess } from "./testing/app-process.ts";

test.each(["api/main.ts", "worker/main.ts"])(
  "%s names all faults of its environment at once and exits 78 before it listens",
  async (file) => {
    const path = fileURLToPath(new URL(file, import.meta.url));
    const started = startAppProcess(path, { PORT: "http", API_TOKENS: "short", MINIO_BUCKET: "A" });
    expect(await started.ended).toBe(78);
    for (const name of ["DATABASE_URL", "MINIO_ENDPOINT", "MINIO_USER", "PORT", "API_TOKENS", "MINIO_BUCKET"])
      expect(started.stderr()).toContain(`  ${name}: `);
    expect(started.stderr()).not.toMatch(/^\s+at /m);
    expect(started.lines).toEqual([]);
  },
  30_000,
);
