import { readdirSync } from "node:fs";

const FOLDER = new URL("../app/migrations/", import.meta.url);

/** The newest migration of the product as it is; those that a story adds sort behind it. */
export const NEWEST_MIGRATION = readdirSync(FOLDER)
  .filter((name) => name.endsWith(".sql"))
  .sort()
  .at(-1);
