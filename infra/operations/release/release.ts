import type { Command } from "@pulumi/command/local/command.js";
import * as pulumi from "@pulumi/pulumi";
import { engineEnvironment, jobSpec, type RunJobArgs } from "../../swarm/job.ts";
import { contentHash, type ReleaseScope, type Scope } from "../../swarm/names.ts";
import type { Door } from "../verify/door.ts";
import { releaseGate } from "./gate.ts";
import type { ReleaseSpec } from "./gate-context.ts";
import type { ReleaseManifest } from "./manifest.ts";
import { refuseOnFailure } from "./refuse-on-failure.ts";
import { refusedKey } from "./refused-key.ts";
import type { ReleaseSettings } from "./release-settings.ts";

export type ReleaseArgs = {
  scope: Scope;
  settings: ReleaseSettings;
  engineHost: pulumi.Input<string>;
  /** How it is told whether a release was refused before. */
  askRefused?: typeof refusedKey;
};

/** The jobs that bring the schema to what the release needs. */
export type SchemaJobs = { plan: RunJobArgs; migrate: RunJobArgs; restorePoint: RunJobArgs };

export type FinishArgs = {
  door: { [Key in keyof Door]: pulumi.Input<Exclude<Door[Key], undefined>> };
  /** A job that can watch the backends, where they are, and what it is run as. */
  watch: { job: Omit<RunJobArgs, "args">; host: string; port: number };
  record: Pick<ReleaseManifest, "version" | "settings" | "kind" | "of"> & {
    root: string;
    images: Readonly<Record<string, pulumi.Input<string>>>;
  };
};

type Asked = { name: string; spec: pulumi.Output<string> };

/**
 * One release: all services of a stack change, or none. Begins before any of them changes, migrates the schema before
 * any process of the app does, and at its end waits, verifies, watches and records. Each of these is a gate: where one
 * fails, the services are put back. See docs/decisions/releases.md.
 */
export class Release extends pulumi.ComponentResource {
  /** What the stack's services are given, so that they belong to it. */
  readonly scope: ReleaseScope;
  readonly #args: ReleaseArgs;
  readonly #begun = Promise.withResolvers<Command>();
  readonly #spec = Promise.withResolvers<pulumi.Output<ReleaseSpec>>();
  #migration: Command | undefined;
  readonly #joined: { service: pulumi.Resource; asked: Asked }[] = [];

  constructor(name: string, args: ReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("slipway:operations:Release", name, {}, opts);
    this.#args = args;
    this.scope = {
      attempt: args.settings.attempt,
      begun: this.#begun.promise,
      onFailure: refuseOnFailure(`${name}-refused`, {
        release: this.#spec.promise,
        environment: engineEnvironment(args),
      }),
      join: (service, asked) => void this.#joined.push({ service, asked }),
    };
    this.registerOutputs({});
  }

  /** Brings the schema to what the release needs. */
  migrate(
    name: string,
    { plan, migrate, restorePoint }: SchemaJobs,
    opts: pulumi.CustomResourceOptions,
  ): Command {
    const job = (args: RunJobArgs) => jobSpec(name, args);
    const spec = {
      plan: job(plan),
      migrate: job(migrate),
      restorePoint: jobSpec("restore-point", restorePoint),
    };
    this.#migration = this.#gate(name, "./run-migration.ts", spec, [this.#begun.promise], opts);
    return this.#migration;
  }

  /** The gates after all services have been asked to change. Nothing may join any more. */
  finish({ door, watch, record }: FinishArgs): void {
    const { settings } = this.#args;
    this.#spec.resolve(this.#releaseSpec());
    this.#begun.resolve(this.#begin());
    const services = this.#joined.map(({ service }) => service);
    const roll = this.#gate("release-roll", "./run-roll.ts", {}, services);
    const inside = pulumi.secret(pulumi.output(door));
    const verify = this.#gate("release-verify", "../verify/run-verify.ts", inside, [roll]);
    const job = jobSpec("release-bake", { ...watch.job, args: [] });
    const { bakeSeconds, errorRateMax, p95MsMax } = settings;
    const limits = { bakeSeconds, errorRateMax, p95MsMax };
    const watched = { ...limits, door: inside, job, host: watch.host, port: watch.port };
    const bake = this.#gate("release-bake", "./run-bake.ts", watched, [verify]);
    const evidence = [this.#migration, roll, verify, bake]
      .flatMap((gate) => gate ?? [])
      .map(({ stdout }) => pulumi.unsecret(stdout));
    this.#gate("release-record", "./run-record.ts", { ...record, evidence }, [bake]);
  }

  /** Runs again for a release that was refused, so that nothing is changed for it. */
  #begin(): Command {
    const { engineHost, scope, askRefused = refusedKey } = this.#args;
    const environment = engineEnvironment({ engineHost, scope });
    const again = pulumi
      .all([this.#releaseSpec(), environment])
      .apply(([release, env]) => askRefused(release, { ...process.env, ...env }));
    return releaseGate(
      "release-begin",
      { script: "./run-begin.ts", release: this.#releaseSpec(), spec: {}, environment, again },
      { parent: this },
    );
  }

  #gate(
    name: string,
    script: string,
    spec: pulumi.Input<object>,
    dependsOn: pulumi.Input<pulumi.Resource>[],
    opts: pulumi.CustomResourceOptions = {},
  ): Command {
    const { engineHost, scope } = this.#args;
    const environment = engineEnvironment({ engineHost, scope });
    const release = pulumi.output(this.#spec.promise) as unknown as pulumi.Output<ReleaseSpec>;
    const after = pulumi.mergeOptions(opts, { parent: this, dependsOn });
    // Where a release has begun anew, all its gates are before it: also those that it has passed before it was killed,
    // and those of the release that it goes back to. Its id is another one each time, and only then.
    const again = pulumi.output(this.#begun.promise.then(({ id }) => id));
    return releaseGate(name, { script, release, spec, environment, again }, after);
  }

  #releaseSpec(): pulumi.Output<ReleaseSpec> {
    const { settings, scope } = this.#args;
    const asked = pulumi.all(this.#joined.map(({ asked: { name, spec } }) => pulumi.all([name, spec])));
    return asked.apply((pairs) => {
      const services = Object.fromEntries(pairs.toSorted(([a], [b]) => (a < b ? -1 : 1)));
      const key = contentHash(JSON.stringify([services, settings.attempt]));
      return { prefix: scope.prefix, stack: pulumi.getStack(), key, attempt: settings.attempt, services };
    });
  }
}
