import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { clientEnvironment, SSH_DIRECTORY } from "./docker-client.ts";
import type { MachineStepSpec } from "./machine-step-spec.ts";
import { runMachineStep } from "./run-machine-step.ts";
import { sshDirectory, writeSshAccess } from "./ssh-access.ts";
import { sshKey } from "./ssh-key.ts";

/** Every address below 127 is this machine's: one of its own for the server, at SSH's own port. */
const HOST = "127.0.22.22";
const operator = sshKey("seed", "operator");
const hostKey = sshKey("seed", "host node-1");

let root: string;
let server: ChildProcess;
let log = "";

function install(program: string, name: string): void {
  if (existsSync(program)) return;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  writeFileSync("/usr/sbin/policy-rc.d", "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    execFileSync("apt-get", ["update", "-q"], { env });
    execFileSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", name], { env });
  } finally {
    rmSync("/usr/sbin/policy-rc.d");
  }
}

async function startServer(): Promise<void> {
  const write = (name: string, text: string) => writeFileSync(join(root, name), text, { mode: 0o600 });
  write("host-key", hostKey.privateKey);
  write("authorized-keys", `${operator.publicKey}\n`);
  const config = [
    ...["Port 22", `ListenAddress ${HOST}`, `HostKey ${root}/host-key`, "UsePAM no", "StrictModes no"],
    ...[`AuthorizedKeysFile ${root}/authorized-keys`, "PermitRootLogin yes", "LogLevel VERBOSE"],
  ];
  write("sshd_config", `${config.join("\n")}\n`);
  mkdirSync("/run/sshd", { recursive: true });
  server = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(root, "sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  server.stderr?.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  while (!log.includes("Server listening")) await once(server.stderr ?? server, "data");
}

const connections = () => log.match(/Accepted publickey/g)?.length ?? 0;

function access(options: { hostKey?: string; seed?: string; previous?: string } = {}): MachineStepSpec {
  const stack = `test-${Object.values(options).join("-").length}`;
  const machine = {
    name: "node-1",
    host: HOST,
    hostKey: options.hostKey ?? hostKey.publicKey,
    forwardedPorts: [],
  };
  writeSshAccess({
    ...{ root, stack, machines: [machine], user: userInfo().username },
    privateKey: sshKey(options.seed ?? "seed", "operator").privateKey,
    ...(options.previous ? { previousPrivateKey: sshKey(options.previous, "operator").privateKey } : {}),
  });
  return {
    ...{ sshDirectory: sshDirectory(root, stack), host: HOST, variables: { NAME: "you" } },
    ...{ create: 'echo "hello $NAME"', connectSecondsMax: 10, timeoutSeconds: 20 },
  };
}

const tell = () => {};

beforeAll(async () => {
  install("/usr/sbin/sshd", "openssh-server");
  install("/usr/bin/sudo", "sudo");
  root = mkdtempSync(join(tmpdir(), "ssh-access-"));
  await startServer();
});

afterAll(() => {
  server.kill();
  rmSync(root, { recursive: true, force: true });
});

test("steps and Docker's client, many at once, share one connection to a machine", async () => {
  const spec = access();
  expect(await runMachineStep("create", spec, { tell })).toBe("hello you\n");
  await Promise.all(Array.from({ length: 5 }, () => runMachineStep("create", spec, { tell })));
  const env = clientEnvironment({
    ...process.env,
    [SSH_DIRECTORY]: spec.sshDirectory,
    DOCKER_HOST: `ssh://${HOST}`,
  });
  const format = ["version", "--format", "{{.Server.Os}}"];
  expect(execFileSync("docker", format, { env, encoding: "utf8" })).toBe("linux\n");
  expect(connections()).toBe(1);
});

test("a machine with another key than the program gave it is refused at once", async () => {
  const stranger = access({ hostKey: sshKey("stranger", "host node-1").publicKey });
  const before = Date.now();
  await expect(runMachineStep("create", { ...stranger, connectSecondsMax: 60 }, { tell })).rejects.toThrow(
    /Host key verification failed|No ED25519 host key is known|identification/i,
  );
  expect(Date.now() - before).toBeLessThan(30_000);
});

test("while a key is rotated, a machine that knows only the old one is reached", async () => {
  expect(await runMachineStep("create", access({ seed: "new", previous: "seed" }), { tell })).toBe(
    "hello you\n",
  );
  const without = { ...access({ seed: "newer" }), connectSecondsMax: 0 };
  await expect(runMachineStep("create", without, { tell })).rejects.toThrow("Permission denied");
});
