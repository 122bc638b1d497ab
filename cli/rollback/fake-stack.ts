import { exampleManifest } from "../../infra/operations/release/example-manifest.ts";
import {
  linkTo,
  manifestText,
  type RecordedRelease,
  type ReleaseManifest,
  releaseConfigName,
} from "../../infra/operations/release/manifest.ts";
import type { Docker } from "../../infra/swarm/docker-client.ts";
import { BackupFailed } from "../backup/run-backup-program.ts";
import type { RollbackSteps } from "./carry-out.ts";

const OLD = "0001-old.sql";
const NEW = "0002-new.sql";
const RESTORE_POINT = "20261125t030000-aaaa";

type Service = { replicas: number; asked: string };

function release(number: number, more: Partial<ReleaseManifest>, before?: RecordedRelease): RecordedRelease {
  const manifest = { ...exampleManifest(number, before ? linkTo(before) : null), ...more };
  return { manifest, text: manifestText(manifest) };
}

/**
 * A stack whose third release, r2, has migrated the schema of the two before it, r0 and r1, and an operator's machine that
 * dies after so many changes; for tests. Whenever the app runs it writes a row.
 */
export class FakeStack {
  /** Changes that are still made before the machine dies. */
  changesLeft = Number.POSITIVE_INFINITY;
  /** Makes restores fail, by the program's own words: before the databases change places, or after. */
  restoreFails: { reason: string; hasChanged: boolean } | undefined;
  /** Makes restore points not be told. */
  showFails: Error | undefined;
  exitCode = 0;
  readonly configs = new Map<string, string>();
  readonly services = new Map<string, Service>();
  /** Jobs that a run has left when it was killed, and that go on. */
  readonly jobs = new Set<string>();
  readonly namePrefix = "shop";
  readonly stack = "local";
  database = { schema: NEW, rows: ["a", "b", "written since"] };
  #written = 0;

  constructor() {
    const marks = [{ name: NEW, compatible: false }];
    const older = { before: OLD, after: OLD, migrations: [] };
    const newer = { before: OLD, after: NEW, migrations: marks };
    const r0 = release(1, { id: "r0", services: this.#asked("oldest"), schema: older });
    const r1 = release(2, { id: "r1", services: this.#asked("old"), schema: older }, r0);
    const r2 = { id: "r2", services: this.#asked("new"), schema: newer, restorePoint: RESTORE_POINT };
    for (const { manifest, text } of [r0, r1, release(3, r2, r1)])
      this.configs.set(releaseConfigName(this.namePrefix, manifest.number), text);
    for (const [name, asked] of Object.entries(this.#asked("new")))
      this.services.set(name, { replicas: 2, asked });
  }

  #asked(what: string): Record<string, string> {
    return { "shop-backend": `backend ${what}`, "shop-worker": `worker ${what}` };
  }

  get isRunning(): boolean {
    return [...this.services.values()].some(({ replicas }) => replicas > 0);
  }

  #change(): void {
    if (this.changesLeft === 0) throw new Error("killed");
    this.changesLeft -= 1;
  }

  readonly docker: Docker = async ([kind, verb, ...args], input = "") => {
    if (kind === "config") return this.#config(verb ?? "", args, input);
    if (kind === "container") return "";
    if (verb === "rm") for (const name of args) this.jobs.delete(name);
    if (args.includes("mode=replicated-job")) return [...this.jobs].join("\n");
    if (verb === "ls") return [...this.services.keys()].join("\n");
    if (verb === "inspect") return JSON.stringify(args.map((name) => this.#inspected(name)));
    if (verb === "scale") this.#scale(args.filter((arg) => arg.includes("=")));
    return "";
  };

  #config(verb: string, args: readonly string[], input: string): string {
    if (verb === "ls") return [...this.configs.keys()].join("\n");
    if (verb === "inspect") {
      const data = (name: string) => Buffer.from(this.configs.get(name) ?? "").toString("base64");
      return JSON.stringify(args.map((Name) => ({ Spec: { Name, Data: data(Name) } })));
    }
    this.#change();
    if (verb === "rm") for (const name of args) this.configs.delete(name);
    else this.configs.set(args.at(-2) ?? "", input);
    return "";
  }

  #inspected(name: string) {
    const { replicas, asked } = this.services.get(name) as Service;
    const TaskTemplate = { ContainerSpec: { Env: [`SLIPWAY_SPEC=${asked}`] } };
    return { Spec: { Name: name, Mode: { Replicated: { Replicas: replicas } }, TaskTemplate } };
  }

  #scale(wanted: readonly string[]): void {
    this.#change();
    for (const [name = "", replicas] of wanted.map((each) => each.split("="))) {
      const service = this.services.get(name) as Service;
      this.services.set(name, { ...service, replicas: Number(replicas) });
    }
  }

  readonly steps: RollbackSteps & { show: (id: string) => Promise<never> } = {
    show: async (restorePoint) => {
      if (this.showFails) throw this.showFails;
      const changed = this.database.schema === OLD ? [] : ["public.schema_migrations"];
      return { restorePoint, changed } as never;
    },
    restore: async (restorePoint) => {
      if (this.isRunning) throw new Error("the app would write meanwhile");
      const failure = this.restoreFails;
      const failed = new BackupFailed(failure?.reason ?? "", "dump/toc.dat has other bytes");
      if (failure?.hasChanged === false) throw failed;
      this.#change();
      this.database = { schema: OLD, rows: ["a", "b"] };
      if (failure) throw failed;
      return { restorePoint, keptAs: "app_before" } as never;
    },
    bringUp: async (to) => {
      if (this.exitCode !== 0) return this.exitCode;
      for (const [name, asked] of Object.entries(to.services)) {
        this.#change();
        this.services.set(name, { replicas: 2, asked });
        this.#written += 1;
        this.database.rows.push(`written by ${name} (${this.#written})`);
      }
      this.#change();
      this.#record(to);
      return 0;
    },
  };

  #record({ id, services, schema }: ReleaseManifest): void {
    const name = releaseConfigName(this.namePrefix, 3);
    const text = this.configs.get(name) ?? "";
    const before = { manifest: JSON.parse(text) as ReleaseManifest, text };
    const record = { id: "r3", kind: "rollback" as const, of: id, services, schema };
    this.configs.set(releaseConfigName(this.namePrefix, 4), release(4, record, before).text);
  }
}
