import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { renderTrainingScript } from "../app/adapters/kaggle/training-script.ts";
import { ACCOUNT, aJob, emulate, executorFor, TestContext } from "../emulators/kaggle/executor-harness.ts";
import { pythonRunner } from "../emulators/kaggle/python-runner.ts";
import type { Emulator } from "../emulators/kaggle/server.ts";

/**
 * Kaggle's own command line client, from PyPI: what it can talk to behaves like Kaggle. It needs six without saying so.
 * Kaggle's kernels have numpy; with it the script takes another path than without.
 */
const PACKAGES = ["kaggle==2.2.4", "six==1.17.0", "numpy==2.4.6"];
const VENV = join(process.cwd(), ".slipway", "cache", "kaggle-client");

let emulator: Emulator;
const folder = mkdtempSync(join(tmpdir(), "kaggle-client-"));

/** The client calls localhost without a port in this environment, so its table of endpoints is told better. */
const WRAPPER = `
import sys
import kagglesdk.kaggle_env as env
env._env_to_endpoint[env.KaggleEnv.LOCAL] = sys.argv[1]
sys.argv = ["kaggle"] + sys.argv[2:]
from kaggle.cli import main
main()
`;

async function kaggle(...args: string[]) {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    KAGGLE_API_ENVIRONMENT: "LOCALHOST",
    KAGGLE_API_TOKEN: ACCOUNT.token,
    NO_PROXY: "127.0.0.1",
  };
  const wrapper = join(folder, "call_client.py");
  const outcome = await execa(join(VENV, "bin", "python"), [wrapper, emulator.url, ...args], {
    env,
    extendEnv: false,
    all: true,
    reject: false,
  });
  expect(outcome.exitCode, outcome.all).toBe(0);
  return outcome.all;
}

beforeAll(async () => {
  const stamp = join(VENV, `installed-${PACKAGES.join("-")}`);
  if (!existsSync(stamp)) {
    await execa("python3", ["-m", "venv", VENV]);
    await execa(join(VENV, "bin", "pip"), ["install", "--quiet", ...PACKAGES]);
    writeFileSync(stamp, "");
  }
  writeFileSync(join(folder, "call_client.py"), WRAPPER);
  emulator = await emulate({ runner: pythonRunner(join(VENV, "bin", "python")), queuedMs: 200 });
});

afterAll(() => emulator?.stop());

test("the public client uploads a dataset, pushes our script, follows it and fetches its output", async () => {
  const job = aJob({ baseModel: "char-mlp-base" });
  const source = join(folder, "dataset");
  mkdirSync(source);
  writeFileSync(join(source, "data.txt"), "the cat sat on the mat\n".repeat(40));
  writeJson(join(source, "dataset-metadata.json"), {
    id: `${ACCOUNT.username}/public-client`,
    title: "public client",
    licenses: [{ name: "other" }],
  });
  expect(await kaggle("datasets", "create", "-p", source)).toContain("being created");
  expect(await kaggle("datasets", "status", `${ACCOUNT.username}/public-client`)).toContain("ready");
  expect(await kaggle("datasets", "version", "-p", source, "-m", "again")).toContain("being created");

  const kernel = join(folder, "kernel");
  mkdirSync(kernel);
  writeFileSync(join(kernel, "script.py"), renderTrainingScript(job));
  writeJson(join(kernel, "kernel-metadata.json"), {
    id: `${ACCOUNT.username}/public-kernel`,
    title: "public kernel",
    code_file: "script.py",
    language: "python",
    kernel_type: "script",
    is_private: true,
    enable_internet: false,
    dataset_sources: [`${ACCOUNT.username}/public-client`],
  });
  const name = `${ACCOUNT.username}/public-kernel`;
  expect(await kaggle("kernels", "push", "-p", kernel)).toContain("Kernel version 1 successfully pushed");
  const followed = await kaggle("kernels", "logs", name, "--follow");
  expect(followed).toMatch(/with numpy 2\.[\s\S]*Epoch 2\/2: train loss/);
  await expect.poll(() => kaggle("kernels", "status", name), { timeout: 30_000 }).toContain("COMPLETE");
  expect(await kaggle("kernels", "logs", name)).toContain("Epoch 2/2");
  const output = join(folder, "output");
  await kaggle("kernels", "output", name, "-p", output);
  expect(JSON.parse(readFileSync(join(output, "metrics.json"), "utf8"))).toMatchObject({ job_id: job.id });
  expect(readFileSync(join(output, "model.safetensors")).length).toBeGreaterThan(50_000);
  expect(await kaggle("quota", "-v")).toContain("GPU,0.00h,30.00h,30.00h");
  await kaggle("kernels", "delete", name, "-y");
  expect(emulator.state.kernels).toEqual({});
});

test("the executor calls only methods, and sends only fields, that the public client's messages have", async () => {
  const before = emulator.calls.length;
  await executorFor(emulator).run(aJob(), new TestContext());
  const listed = new Map(emulator.calls.slice(before).map((call) => [call.path, Object.keys(call.body)]));
  listed.delete(
    [...listed.keys()].find((path) => path.startsWith("/v1/kernels/logs/stream/")) ?? "no log was read",
  );
  const { stdout } = await execa(join(VENV, "bin", "python"), ["-c", FIELDS_OF_CLIENT], {
    input: JSON.stringify([...listed.keys()].map((path) => path.split("/").at(-1))),
  });
  const known = JSON.parse(stdout) as Record<string, string[]>;
  for (const [path, fields] of listed)
    expect(known[path.split("/").at(-1) ?? ""], path).toEqual(expect.arrayContaining(fields));
  expect([...listed.keys()]).toContain("/v1/kernels.KernelsApiService/SaveKernel");
});

/** Prints the JSON fields of each asked method's request, from the client's own types. */
const FIELDS_OF_CLIENT = `
import importlib, json, sys
modules = ["kernels.types.kernels_api_service", "datasets.types.dataset_api_service",
           "blobs.types.blob_api_service", "security.types.oauth_service"]
types = {}
for module in modules:
    types |= vars(importlib.import_module("kagglesdk." + module))
fields = {}
for method in json.load(sys.stdin):
    request = types.get("Api" + method + "Request") or types[method + "Request"]
    fields[method] = [field.json_name for field in request._fields]
print(json.dumps(fields))
`;

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, JSON.stringify(value));
}
