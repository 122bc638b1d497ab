import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BackupError } from "../backup-error.ts";
import type { Context } from "../context.ts";
import type { Repository } from "../repository.ts";
import { Scratch } from "../scratch.ts";
import type { PgBackRest } from "./pgbackrest.ts";
import { proveBase, type TakenBase } from "./prove-base.ts";
import type { QuietMoment } from "./quiet-moment.ts";

const SEGMENT = "15-1/000000010000000000000004";
const VERIFIED = `P01   INFO: invalid checksum '15-1/0000000100000000/000000010000000000000004-a09024.zst'`;

/** Proves a base backup whose server cannot be brought back, beside a log that was damaged since it was stored. */
async function prove(noted: string) {
  const written: string[] = [];
  const repository = {
    name: "store",
    readNote: async () => noted,
    writeNote: async (_: string, text: string) => void written.push(text),
  } as unknown as Repository;
  const tool = {
    async run(_: string, [command]: readonly string[]) {
      if (command === "restore") throw new BackupError("store-unreachable", "base backup: it is away");
      return command === "verify" ? VERIFIED : "[]";
    },
  } as unknown as PgBackRest;
  const scratch = new Scratch(mkdtempSync(join(tmpdir(), "prove-base-")));
  const context = { scratch, config: {}, note() {} } as unknown as Context;
  const base = { label: "20261125-020000F", bytes: 0 };
  const taken = { repository, place: 0, base } as TakenBase;
  const error: unknown = await proveBase(context, tool, taken, {} as QuietMoment).catch((e) => e);
  return { error, written };
}

test("damage that is found while the proof itself fails is told: once it is noted, it is no news", async () => {
  const { error, written } = await prove(JSON.stringify({ proofs: {}, damagedSegments: [] }));
  expect(error).toMatchObject({
    reason: "store-unreachable",
    message: `base backup: it is away; store: damaged since they were stored: ${SEGMENT}`,
  });
  expect(written).toEqual([JSON.stringify({ proofs: {}, damagedSegments: [SEGMENT] })]);
});

test("damage that was told before is not told again", async () => {
  const { error } = await prove(JSON.stringify({ proofs: {}, damagedSegments: [SEGMENT] }));
  expect(error).toMatchObject({ message: "base backup: it is away" });
});

test("a note of proofs that is damaged itself is told, and written anew", async () => {
  const { error, written } = await prove("{");
  expect(error).toMatchObject({
    message: expect.stringContaining("since they were stored: base-proofs.json"),
  });
  expect(written).toHaveLength(1);
});
