import * as pulumi from "@pulumi/pulumi";
import { dockerWith } from "../../swarm/docker-client.ts";
import { engineAt } from "../../swarm/engine-call.ts";
import type { GateContext, ReleaseSpec } from "./gate-context.ts";
import { refuseService } from "./run-roll.ts";

export type FailureArgs = {
  release: Promise<pulumi.Output<ReleaseSpec>>;
  /** How Docker's client reaches the engine. */
  environment: Record<string, pulumi.Input<string>>;
};

function settled<Value>(output: pulumi.Output<Value>): Promise<Value> {
  return new Promise((resolve) => void output.apply(resolve));
}

/** What a gate is given, in the program's own process. */
async function contextOf({ release, environment }: FailureArgs): Promise<GateContext<unknown>> {
  const spec = await settled(await release);
  const env = { ...process.env, ...(await settled(pulumi.output(environment))) };
  const docker = dockerWith(env);
  return {
    ...{ spec: {}, release: spec, docker, call: engineAt(env.DOCKER_HOST ?? "", env) },
    notes: { prefix: spec.prefix, docker },
    say: (line) => void pulumi.log.info(line),
  };
}

/**
 * Refuses the release, as a gate does, where an update fails of a service that is waited for by itself: no gate comes to
 * see it. A service that is new is in nobody's way, and its error has its last lines: the same `up` may try it again.
 */
export function refuseOnFailure(name: string, args: FailureArgs): pulumi.ErrorHook {
  // Several may fail at once, and one after the other the release is taken back for them.
  let before = Promise.resolve();
  return new pulumi.ErrorHook(name, async ({ name: service, failedOperation, errors }) => {
    if (failedOperation !== "update" || pulumi.runtime.isDryRun()) return false;
    const judged = async () =>
      refuseService(await contextOf(args), service, errors[0] ?? "its update failed");
    before = before.then(judged).catch((error: Error) => pulumi.log.error(error.message));
    await before;
    return false;
  });
}
