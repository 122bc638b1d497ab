import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { type MachineStepSpec, scriptText } from "./machine-step-spec.ts";
import { type Ended, runMachineStep, type Ssh } from "./run-machine-step.ts";

const spec: MachineStepSpec = {
  ...{ sshDirectory: "/nowhere", host: "192.0.2.1", variables: { TOKEN: "it's" } },
  ...{ create: 'echo "made $TOKEN"', delete: "echo gone", connectSecondsMax: 0, timeoutSeconds: 5 },
};

/** An ssh that ends as it is told: first what connecting comes to, then what the script does. */
function ssh(connecting: Partial<Ended>, script: Partial<Ended> = {}) {
  const asked: { args: readonly string[]; input: string }[] = [];
  const run: Ssh = async (args, input) => {
    asked.push({ args, input });
    const ended = args[0] === "true" ? connecting : script;
    return { exitCode: 0, stdout: "", stderr: "", ...ended };
  };
  return { run, asked };
}

const tell = () => {};

test("the shell sees variables as they are, and a script that cannot eat the rest of itself", () => {
  const text = scriptText('cat\necho "made $TOKEN"', spec.variables);
  expect(execFileSync("sh", ["-s"], { input: text, encoding: "utf8" })).toBe("made it's\n");
});

test("secrets go by standard input alone, to root's shell, with a time limit", async () => {
  const { run, asked } = ssh({}, { stdout: "made it's\n" });
  expect(await runMachineStep("create", spec, { ssh: run, tell })).toBe("made it's\n");
  expect(asked[1]?.args).toEqual(["sudo", "timeout", "5", "sh", "-s"]);
  expect(asked[1]?.input).toContain("TOKEN='it'\\''s'");
});

test("a machine that does not let us in within the time is an error with the reason", async () => {
  const { run } = ssh({
    exitCode: 255,
    stderr: "ssh: connect to host 192.0.2.1 port 22: Connection refused\n",
  });
  await expect(runMachineStep("create", spec, { ssh: run, tell })).rejects.toThrow(
    "192.0.2.1: not reached within 0 s: ssh: connect to host 192.0.2.1 port 22: Connection refused",
  );
});

test("a machine with another host key is an error at once", async () => {
  const { run, asked } = ssh({ exitCode: 255, stderr: "Host key verification failed." });
  const patient = { ...spec, connectSecondsMax: 600 };
  await expect(runMachineStep("create", patient, { ssh: run, tell })).rejects.toThrow(
    "Host key verification",
  );
  expect(asked).toHaveLength(1);
});

test("a script that fails or takes too long is an error with its last lines", async () => {
  const failed = ssh({}, { exitCode: 1, stderr: "cloud-init ended with error\n" });
  await expect(runMachineStep("create", spec, { ssh: failed.run, tell })).rejects.toThrow(
    "192.0.2.1: exit status 1:\ncloud-init ended with error",
  );
  const slow = ssh({}, { exitCode: 124 });
  await expect(runMachineStep("create", spec, { ssh: slow.run, tell })).rejects.toThrow(
    "not done within 5 s",
  );
});

test("nothing is undone on a machine that is gone, and that is said", async () => {
  const { run, asked } = ssh({ exitCode: 255, stderr: "No route to host" });
  const told: string[] = [];
  const gone = runMachineStep("delete", spec, {
    ssh: run,
    tell: (line) => told.push(line),
    undoConnectSecondsMax: 0,
  });
  expect(await gone).toBe("");
  expect(asked).toHaveLength(1);
  expect(told.at(-1)).toContain("cannot be reached, so nothing is undone on it");
});
