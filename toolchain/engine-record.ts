import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { placeText } from "./place.ts";

/** What this checkout has done to the machine's Docker engine, so that `down` takes back that and nothing else. */
export interface EngineRecord {
  startedEngine: boolean;
  madeSwarm: boolean;
}

/** Reads the record; nothing was done where there is none. */
export async function readEngineRecord(file: string): Promise<EngineRecord> {
  const nothing = { startedEngine: false, madeSwarm: false };
  if (!existsSync(file)) return nothing;
  return { ...nothing, ...(JSON.parse(await readFile(file, "utf8")) as Partial<EngineRecord>) };
}

/** Adds to the record. */
export async function recordEngine(file: string, change: Partial<EngineRecord>): Promise<void> {
  await placeText(file, `${JSON.stringify({ ...(await readEngineRecord(file)), ...change }, null, 2)}\n`);
}
