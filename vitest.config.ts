import { defineConfig } from "vitest/config";

const never = ["**/node_modules/**", "**/dist/**", ".slipway/**"];

/** A second, as it is otherwise, is too short for a busy machine: no time may decide a test. */
const expectations = { poll: { timeout: 30_000 } };

/** The suffix of a test file tells its cost: unit, database, engine, whole story. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          expect: expectations,
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: [...never, "**/*.db.test.ts", "**/*.engine.test.ts", "**/*.browser.test.ts"],
          globalSetup: ["vitest.setup.ts"],
          // Some start a process: on a busy machine that alone may take seconds.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          expect: expectations,
          name: "database",
          include: ["**/*.db.test.ts"],
          exclude: never,
          globalSetup: ["app/testing/global-setup.ts"],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          expect: expectations,
          name: "engine",
          include: ["**/*.engine.test.ts"],
          exclude: never,
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          expect: expectations,
          name: "browser",
          include: ["**/*.browser.test.ts"],
          exclude: never,
          globalSetup: ["app/testing/global-setup.ts"],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          // Too long for every change: all stories together would not fit into the 90 minutes that CI has.
          expect: expectations,
          name: "night",
          include: ["e2e/**/*.night.ts"],
          exclude: never,
          testTimeout: 900_000,
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          expect: expectations,
          name: "e2e",
          include: ["e2e/**/*.e2e.ts"],
          exclude: never,
          testTimeout: 900_000,
          hookTimeout: 1_800_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
