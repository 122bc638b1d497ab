import type { Pool } from "../adapters/postgres/pool.ts";
import { aliveProcesses, countJobs, countObjects } from "../adapters/postgres/processes.ts";
import { Cached } from "../core/cached.ts";

/** Counting a large table costs; one look every few seconds serves all scrapes and pages. */
const FRESH_MS = 2_000;

export type BackgroundFigures = Cached<Awaited<ReturnType<typeof readFigures>>>;

/** Figures of the whole stack from the database, cached. */
export function backgroundFigures(pool: Pool): BackgroundFigures {
  return new Cached(FRESH_MS, () => readFigures(pool));
}

async function readFigures(pool: Pool) {
  const [jobs, objects, processes] = await Promise.all([
    countJobs(pool),
    countObjects(pool),
    aliveProcesses(pool),
  ]);
  return { jobs, objects, processes };
}
