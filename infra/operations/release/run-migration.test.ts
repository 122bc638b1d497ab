import { expect, test } from "vitest";
import type { Docker } from "../../swarm/docker-client.ts";
import type { JobSpec } from "../../swarm/job-command.ts";
import { exampleSpec, FakeEngine } from "./fake-engine.ts";
import { readNote } from "./notes.ts";
import { begin } from "./run-begin.ts";
import { migrateSchema } from "./run-migration.ts";
import type { MigrationPlan } from "./schema-plan.ts";

const KEY = "aaaaaaaaaaaa";
const first = { name: "0001-a.sql", compatible: true };
const second = { name: "0002-b.sql", compatible: false };
const before: MigrationPlan = { applied: [first], missing: [second] };
const after: MigrationPlan = { applied: [first, second], missing: [] };

const job = (name: string): JobSpec => ({
  ...{ name, image: "x@sha256:abc", args: [], user: 1000, memoryMb: 64, cpus: 1, env: {} },
  ...{ secrets: [], configs: [], networks: [], labels: {}, timeoutSeconds: 5 },
});
const spec = { plan: job("plan"), migrate: job("migrate"), restorePoint: job("restore-point") };

/** A release that has begun and changed a service, and a client whose jobs end as told: by name, the next first. */
async function begun(jobs: Record<string, { words: string; fails?: boolean }[]>) {
  const ends = structuredClone(jobs);
  const engine = new FakeEngine();
  engine.services.set("shop-backend", exampleSpec("shop-backend", "old"));
  await begin(engine.context(KEY, {}));
  engine.services.set("shop-backend", exampleSpec("shop-backend", "new"));
  const context = engine.context(KEY, spec);
  let end: { words: string; fails?: boolean } | undefined;
  const docker: Docker = async (args, input) => {
    if (args[0] === "config") return context.docker(args, input);
    if (args[1] === "create") end = ends[args[args.indexOf("--name") + 1] ?? ""]?.shift();
    if (args[1] === "logs") return end?.words ?? "";
    if (args[1] !== "ps") return "";
    const state = end?.fails ? "Failed" : "Complete";
    return JSON.stringify({ CurrentState: `${state} now`, Error: end?.fails ? "non-zero exit (1)" : "" });
  };
  return { engine, context: { ...context, docker, notes: { ...context.notes, docker } } };
}

const told = (plan: MigrationPlan) => ({ words: JSON.stringify(plan) });
const restorePoint = [{ words: '{"restorePoint":"backup-1"}' }];
const failed = [{ words: "no such table", fails: true }];
const askedOf = ({ services }: FakeEngine) =>
  services.get("shop-backend")?.TaskTemplate.ContainerSpec?.Env?.[0];

test("a migration that fails has done nothing: services are put back though the release before could not work after it", async () => {
  const { engine, context } = await begun({
    plan: [told(before), told(before)],
    migrate: failed,
    "restore-point": restorePoint,
  });
  await expect(migrateSchema(context)).rejects.toThrow(
    /refused at migration: the migration failed \(non-zero exit \(1\)\)\. Its last lines:\nno such table.*Put back as before: shop-backend\./s,
  );
  expect(askedOf(engine)).toBe("SLIPWAY_SPEC=old");
  expect(await readNote(context.notes, "schema")).toBeUndefined();
});

test.each([
  ["has it all the same, as when its last word came too late", [told(before), told(after)]],
  ["does not say what it has", [told(before), { words: "no connection", fails: true }]],
])(
  "where a migration fails and the database %s, its restore point stays noted and services are left",
  async (_what, plan) => {
    const { engine, context } = await begun({ plan, migrate: failed, "restore-point": restorePoint });
    await expect(migrateSchema(context)).rejects.toThrow(/left as they are.*restore point backup-1/s);
    expect(askedOf(engine)).toBe("SLIPWAY_SPEC=new");
    expect(await readNote(context.notes, "schema")).toMatchObject({
      ...{ before: first.name, after: second.name, restorePoint: "backup-1" },
    });
  },
);
