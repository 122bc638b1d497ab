import { api, dataOf } from "../api/client.ts";
import { useQuery } from "../api/query.ts";
import { PageHead } from "../ui/page-head.tsx";
import { Loaded } from "../ui/states.tsx";
import { FigureChart } from "./figure-chart.tsx";
import { history, withSample } from "./history.ts";
import { KEY_FIGURES } from "./key-figures.ts";
import { ServiceHealth } from "./service-health.tsx";

/** 24 requests a minute of the 100 an address may make. */
const SAMPLE_MS = 2_500;

/** How the stack is: the seven key figures as they go, and the health of each service. */
export function Operations() {
  const stats = useQuery(
    "stats",
    async (signal) => {
      const sample = await dataOf(api.GET("/api/v1/stats", { signal }));
      history.value = withSample(history.peek(), sample);
      return sample;
    },
    () => SAMPLE_MS,
  );
  return (
    <>
      <PageHead title="Operations" lead="The last five minutes, as long as this page is open." />
      <ServiceHealth />
      <Loaded query={stats} what="the figures">
        {() => (
          <div class="key-figures">
            {KEY_FIGURES.map((figure) => (
              <FigureChart key={figure.title} figure={figure} samples={history.value} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}
