import { BASE_PATH } from "./openapi.ts";
import { contentRoutes } from "./routes/dataset-content.ts";
import { datasetRoutes } from "./routes/datasets.ts";
import { downloadRoute } from "./routes/download.ts";
import { jobLogRoute } from "./routes/job-log.ts";
import { jobRoutes } from "./routes/jobs.ts";
import { modelRoutes } from "./routes/models.ts";
import { healthRoutes, metricsRoute, openapiRoute } from "./routes/operations.ts";
import { statsRoute } from "./routes/stats.ts";
import type { Api } from "./server.ts";
import type { Services } from "./services.ts";

/** The probes, once more at the root for those who ask a replica directly. */
export function registerProbes(app: Api, services: Services): void {
  healthRoutes(app, services, { prefix: BASE_PATH, documented: true });
  healthRoutes(app, services, { prefix: "", documented: false });
}

/** All other operations of the contract. */
export async function registerRoutes(app: Api, services: Services): Promise<void> {
  await app.register(
    async (scope) => {
      const api = scope as Api;
      metricsRoute(api, services, { documented: true });
      openapiRoute(api);
      datasetRoutes(api, services);
      await api.register(async (content) => contentRoutes(content as Api, services));
      jobRoutes(api, services);
      jobLogRoute(api, services);
      modelRoutes(api, services);
      downloadRoute(api, services);
      statsRoute(api, services);
    },
    { prefix: BASE_PATH },
  );
  metricsRoute(app, services, { documented: false });
}
