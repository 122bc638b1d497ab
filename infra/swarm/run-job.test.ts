import { expect, test } from "vitest";
import type { JobSpec } from "./job-command.ts";
import { runJob } from "./run-job.ts";

const job = {
  name: "test-job",
  image: "x@sha256:abc",
  args: [],
  user: 1000,
  memoryMb: 64,
  cpus: 1,
  env: {},
  secrets: [],
  configs: [],
  networks: [],
  labels: {},
  timeoutSeconds: 1,
} satisfies JobSpec;

/** A docker client that answers by a service verb, or another command, and remembers what it was asked. */
function client(answers: Record<string, () => string>) {
  const asked: string[] = [];
  const run = async (args: readonly string[]) => {
    const asking = args[0] === "service" ? (args[1] ?? "") : `${args[0]} ${args[1]}`;
    asked.push(asking);
    return answers[asking]?.() ?? "";
  };
  return { asked, run };
}

const task =
  (state: string, error = "") =>
  () =>
    JSON.stringify({ CurrentState: `${state} now`, Error: error });

test("a job that completes is removed", async () => {
  const { asked, run } = client({ ps: task("Complete"), logs: () => "done" });
  expect(await runJob(job, run)).toBe("done");
  expect(asked).toEqual(["rm", "container ls", "create", "ps", "logs", "logs", "rm", "container ls"]);
});

test("a job's last words are waited for: the engine tells them after the job's end", async () => {
  const told = ["", "first line\n", "first line\nlast line\n", "first line\nlast line\n"];
  const { run } = client({ ps: task("Failed", "non-zero exit (1)"), logs: () => told.shift() ?? "too late" });
  await expect(runJob(job, run)).rejects.toThrow(/Its last lines:\nfirst line\nlast line\n$/);
});

test("a job's words come in their order, though the engine tells those of one stream after those of the other", async () => {
  const log = [
    ...["2026-11-26T08:00:01.100000000Z applying", "2026-11-26T08:00:03.000000000Z putting back"],
    ...["2026-11-26T08:00:02.000000000Z no such table", ""],
  ];
  const { run } = client({ ps: task("Complete"), logs: () => log.join("\n") });
  expect(await runJob(job, run)).toBe("applying\nno such table\nputting back\n");
});

test("a job that an interrupted run has left is removed first, and that there is none is no error", async () => {
  const none = () => {
    throw new Error("Error: No such service: test-job: not found");
  };
  await runJob(job, client({ rm: none, ps: task("Complete") }).run);
});

test("containers that Swarm keeps of a job that is done are removed", async () => {
  const { asked, run } = client({ ps: task("Complete"), "container ls": () => "c1\n" });
  await runJob(job, run);
  expect(asked.at(-1)).toBe("container rm");
});

test("a job that fails rejects with the reason and its last lines, and is removed", async () => {
  const { asked, run } = client({ ps: task("Failed", "non-zero exit (1)"), logs: () => "column is missing" });
  await expect(runJob(job, run)).rejects.toThrow(
    "test-job failed: non-zero exit (1). Its last lines:\ncolumn is missing",
  );
  expect(asked.slice(-2)).toEqual(["rm", "container ls"]);
});

test("an engine that is out of reach for a moment ends no job, nor does one that cannot remove it afterwards", async () => {
  const states = ["Running", "", "Complete"];
  let removals = 0;
  const { run } = client({
    ps: () => {
      const state = states.shift();
      if (!state) throw new Error("connection reset");
      return task(state)();
    },
    rm: () => {
      removals += 1;
      if (removals > 1) throw new Error("connection reset");
      return "";
    },
    logs: () => "done",
  });
  expect(await runJob({ ...job, timeoutSeconds: 5 }, run)).toBe("done");
});

test("a job that takes too long fails", async () => {
  await expect(runJob(job, client({ ps: task("Running") }).run)).rejects.toThrow("not done within 1 s");
});

test("an engine that cannot be asked fails the job with its own words", async () => {
  const broken = () => {
    throw new Error("Cannot connect to the Docker daemon");
  };
  await expect(runJob(job, client({ rm: broken }).run)).rejects.toThrow(
    "Cannot connect to the Docker daemon",
  );
});
