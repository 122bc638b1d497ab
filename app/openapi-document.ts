import { writeFile } from "node:fs/promises";
import { JobChanges } from "./api/job-changes.ts";
import { Metrics } from "./api/metrics.ts";
import { buildApi } from "./api/server.ts";
import type { Services } from "./api/services.ts";
import { readSettings } from "./env.ts";
import { createLogger } from "./logger.ts";

/** Where the document is kept for the page's typed client. */
export const OPENAPI_FILE = new URL("openapi.json", import.meta.url);

/** The OpenAPI document as text. Nothing is connected: the routes are built and never called. */
export async function renderOpenapi(): Promise<string> {
  const settings = readSettings({
    DATABASE_URL: "postgres://nobody@localhost/none",
    MINIO_ENDPOINT: "localhost",
    MINIO_USER: "none",
    MINIO_PASSWORD: "none",
    API_TOKENS: "not-a-token-not-a-token",
    LOG_LEVEL: "fatal",
  });
  const unused = {} as never;
  const services: Services = {
    settings,
    logger: createLogger(settings).logger,
    metrics: new Metrics({ version: "", release: "" }),
    jobChanges: new JobChanges(),
    executors: ["local"],
    lifecycle: { state: "serving" },
    pool: unused,
    datasets: unused,
    jobs: unused,
    models: unused,
    store: unused,
    rateWindows: unused,
    health: unused,
    figures: unused,
  };
  const api = await buildApi(services);
  await api.ready();
  const document = { ...api.swagger(), info: { ...api.swagger().info, version: "1" } };
  await api.close();
  return `${JSON.stringify(document, null, 2)}\n`;
}

if (import.meta.main) await writeFile(OPENAPI_FILE, await renderOpenapi());
