import { api, dataOf, type Health } from "../api/client.ts";

import { useQuery } from "../api/query.ts";
import { durationText } from "../text/time.ts";
import { Loaded } from "../ui/states.tsx";
import { StatusBadge } from "../ui/status-badge.tsx";

const REFRESH_MS = 10_000;

const NAMES = {
  database: "Database",
  object_store: "Object store",
  queue: "Queue",
  executor: "Executor",
} as const;

/** What `GET /health` says of each service; a 503 is an answer here, not a fault. */
export function ServiceHealth() {
  const health = useQuery("health", readHealth, () => REFRESH_MS);
  return (
    <section class="services" aria-label="Services">
      <Loaded query={health} what="the services">
        {(found) => (
          <>
            <ul>
              {(Object.keys(NAMES) as (keyof typeof NAMES)[]).map((name) => (
                <li key={name}>
                  <span class="service-name">{NAMES[name]}</span>
                  <StatusBadge status={found.services[name].status} />
                  <span class="faint">{durationText(found.services[name].response_time)}</span>
                </li>
              ))}
            </ul>
            <p class="faint">
              Release {found.release}, version {found.version}, up for {durationText(found.uptime * 1_000)}
            </p>
          </>
        )}
      </Loaded>
    </section>
  );
}

async function readHealth(signal: AbortSignal): Promise<Health> {
  const answer = await api.GET("/api/v1/health", { signal });
  const down = answer.error as Health | undefined;
  return down && typeof down === "object" && "services" in down ? down : dataOf(Promise.resolve(answer));
}
