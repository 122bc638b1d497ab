import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JobSpec } from "../../swarm/job-command.ts";
import { JobFailure, runJob } from "../../swarm/run-job.ts";
import { ask, type Door } from "../verify/door.ts";
import { type BakeLimits, p95Ms, type Watched, watchFault } from "./bake-judge.ts";
import { type GateContext, runGate } from "./gate-context.ts";
import { lastJson } from "./last-json.ts";
import type { GateEvidence } from "./manifest.ts";
import { refuse } from "./refuse.ts";
import { refuseEnded } from "./run-roll.ts";

export type BakeSpec = BakeLimits & {
  bakeSeconds: number;
  door: Door;
  /** A job on the network of the backends, in an image that has Node; what it does is added here. */
  job: JobSpec;
  /** The backends' name on that network, and their port. */
  host: string;
  port: number;
};

/** Between two requests of our own: fewer than the app's limit for one client, whoever else comes from this address. */
const PROBE_MS = 3_000;

/** Node's arguments that watch from inside: the text of a file that stands alone. */
export function watchArguments({ host, port, bakeSeconds }: Omit<BakeSpec, "job">): string[] {
  const text = readFileSync(fileURLToPath(import.meta.resolve("./bake-watch.ts")), "utf8");
  const call = `await watch(${JSON.stringify(host)}, ${port}, ${bakeSeconds});`;
  return ["node", "--input-type=module-typescript", "--eval", `${text}\n${call}`];
}

/** Asks through the door until told to stop. Returns what was answered with 5xx, or not at all. */
async function probe(door: Door, stop: AbortSignal): Promise<Pick<Watched, "asked" | "faults">> {
  const faults: string[] = [];
  let asked = 0;
  while (!stop.aborted) {
    asked += 1;
    const { status } = await ask(door, { path: "/api/v1/jobs?limit=1" }).catch(() => ({ status: 0 }));
    if (status === 0 || status >= 500) faults.push(status === 0 ? "no answer" : `${status}`);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, PROBE_MS);
      stop.addEventListener("abort", () => resolve(clearTimeout(timer)), { once: true });
    });
  }
  return { asked, faults };
}

/** Runs the watch, while the door is asked and containers are looked after. Nothing is judged here but a container's end. */
async function watched(context: GateContext<BakeSpec>): Promise<Watched> {
  const { spec, docker } = context;
  const stop = new AbortController();
  const job = runJob({ ...spec.job, args: watchArguments(spec) }, docker).finally(() => stop.abort());
  const [words, probed] = await Promise.all([job, probe(spec.door, stop.signal)]);
  const seen = lastJson<Pick<Watched, "processes" | "counted">>(words, "counted");
  if (!seen) throw new Error(`The watch over the backends told nothing:\n${words}`);
  return { ...seen, ...probed };
}

/** Watches the release at work for a while: errors, times, containers that end. */
export async function bake(context: GateContext<BakeSpec>): Promise<GateEvidence> {
  const { spec, say } = context;
  const started = Date.now();
  say(`watching for ${spec.bakeSeconds} s`);
  const outcome = await watched(context).catch((error: unknown) => {
    if (error instanceof JobFailure) return { error };
    throw error;
  });
  await refuseEnded(context, "bake");
  if ("error" in outcome) {
    const { reason, lines } = outcome.error;
    return refuse(context, { gate: "bake", reason: `the watch failed (${reason})`, lines });
  }
  const { processes, counted } = outcome;
  const fault = watchFault(outcome, spec);
  if (fault) await refuse(context, { gate: "bake", reason: fault });
  const { requests, errors } = counted;
  const p95 = p95Ms(counted);
  const figures = { processes, requests, errors, p95Ms: Number.isFinite(p95) ? p95 : null };
  return { gate: "bake", seconds: (Date.now() - started) / 1_000, figures };
}

if (import.meta.main) await runGate(bake);
