import { describe, expect, test } from "vitest";
import { createJobArguments, type JobSpec, jobState } from "./job-command.ts";

const job: JobSpec = {
  name: "test-migration",
  image: "127.0.0.1:5000/app@sha256:abc",
  args: ["node", "dist/migrate.js"],
  user: 1000,
  memoryMb: 256,
  cpus: 1,
  env: { DATABASE_URL_FILE: "/run/secrets/database-url" },
  secrets: [{ source: "test-url-1", path: "/run/secrets/database-url" }],
  configs: [{ source: "test-ca-1", path: "/run/ca/ca.crt" }],
  networks: ["net-1"],
  labels: { "slipway.stack": "test" },
  timeoutSeconds: 60,
};

test("a job's command line is this", () => {
  expect(createJobArguments(job).join(" ")).toBe(
    "service create --quiet --detach --no-resolve-image --name test-migration --mode replicated-job " +
      "--restart-condition none --user 1000:1000 --read-only --cap-drop ALL " +
      "--mount type=tmpfs,target=/tmp,tmpfs-size=64m --limit-memory 256m --limit-cpu 1 " +
      "--log-driver json-file --log-opt max-size=10m --log-opt max-file=1 --no-healthcheck " +
      "--env DATABASE_URL_FILE=/run/secrets/database-url " +
      "--label slipway.stack=test --container-label slipway.stack=test " +
      "--secret source=test-url-1,target=/run/secrets/database-url,uid=1000,gid=1000,mode=0400 " +
      "--config source=test-ca-1,target=/run/ca/ca.crt,uid=1000,gid=1000,mode=0444 " +
      "--network net-1 127.0.0.1:5000/app@sha256:abc node dist/migrate.js",
  );
});

test("a volume of another service can be mounted to be read alone", () => {
  const line = createJobArguments({
    ...job,
    volumes: { "/own": "mine" },
    readOnlyVolumes: { "/data": "theirs" },
  });
  expect(line).toContain("type=volume,source=mine,target=/own");
  expect(line).toContain("type=volume,source=theirs,target=/data,readonly");
});

describe("the state of a job", () => {
  const line = (state: string, error = "") => JSON.stringify({ CurrentState: state, Error: error });

  test.each([
    ["nothing yet", "", { state: "pending" }],
    ["being prepared", line("Preparing 2 seconds ago"), { state: "pending" }],
    ["running", line("Running 2 seconds ago"), { state: "pending" }],
    ["done", line("Complete 1 second ago"), { state: "complete" }],
    [
      "failed, with the engine's reason",
      line("Failed 1 second ago", '"task: non-zero exit (1)"'),
      { state: "failed", reason: "task: non-zero exit (1)" },
    ],
    [
      "rejected",
      line("Rejected 1 second ago", "No such image"),
      { state: "failed", reason: "No such image" },
    ],
  ])("%s", (_name, lines, expected) => {
    expect(jobState(lines)).toEqual(expected);
  });

  test("is that of the newest task", () => {
    expect(jobState(`${line("Running now")}\n${line("Failed before")}\n`)).toEqual({ state: "pending" });
  });
});
