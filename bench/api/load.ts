import autocannon from "autocannon";
import type { BenchServer } from "./servers.ts";

/** What one run of load measured. */
export interface Load {
  readonly seconds: number;
  readonly latenciesMs: readonly number[];
  /** The server's, not the client's. */
  readonly cpuSeconds: number;
}

/** Asks for the paths in turn, over so many connections at once, each waiting for its answer. All must be a success. */
export async function putLoad(
  server: BenchServer,
  paths: readonly string[],
  connections: number,
  amount: number,
): Promise<Load> {
  const latenciesMs: number[] = [];
  const cpuBefore = server.cpuSeconds();
  const startedAt = performance.now();
  let answeredAt = startedAt;
  const { promise, resolve, reject } = Promise.withResolvers<autocannon.Result>();
  const run = autocannon(
    {
      url: server.url,
      connections,
      amount,
      headers: { authorization: `Bearer ${server.token}` },
      requests: paths.map((path) => ({ path })),
    },
    (error, result) => (error ? reject(error) : resolve(result)),
  );
  run.on("response", (_client, _status, _bytes, ms) => {
    latenciesMs.push(ms);
    answeredAt = performance.now();
  });
  const { non2xx, errors } = await promise;
  if (non2xx + errors > 0) throw new Error(`${non2xx} answers were no success, ${errors} were none`);
  return {
    // Its own end comes with the next tick of its clock of whole seconds.
    seconds: (answeredAt - startedAt) / 1_000,
    latenciesMs,
    cpuSeconds: server.cpuSeconds() - cpuBefore,
  };
}
