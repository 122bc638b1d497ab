import { expect, test } from "vitest";
import { PermanentJobError } from "../../app/core/executor.ts";
import { aJob, emulated, executorFor, TestContext } from "./executor-harness.ts";

test("a wrong token fails the job at once and names the variable, not the token", async () => {
  const emulator = await emulated();
  const wrong = { kind: "token", token: "wrong-token-9" } as const;
  const error = await executorFor(emulator, {}, wrong)
    .run(aJob(), new TestContext())
    .catch((e: unknown) => e);
  expect(error).toBeInstanceOf(PermanentJobError);
  expect(String(error)).toContain("KAGGLE_API_TOKEN");
  expect(String(error)).not.toContain("wrong-token-9");
});

test("a legacy key works, and a wrong one names its variables", async () => {
  const emulator = await emulated();
  const key = (value: string) => ({ kind: "key", username: "anna", key: value }) as const;
  await executorFor(emulator, {}, key("legacy-key-1")).run(aJob(), new TestContext());
  expect(emulator.callsOf("SaveKernel")[0]?.authorization).toBe("Basic");
  await expect(executorFor(emulator, {}, key("no")).run(aJob(), new TestContext())).rejects.toThrow(
    /KAGGLE_USERNAME and KAGGLE_KEY/,
  );
});

test("the token goes to the API only, and into no error, log line or checkpoint", async () => {
  const emulator = await emulated();
  const context = new TestContext();
  await executorFor(emulator).run(aJob(), context);
  const refused = { error: "No kernels for secret-token-1" };
  emulator.fault({ method: "SaveKernel", kind: "answer", body: refused });
  emulator.fault({ method: "SaveKernel", kind: "status", status: 400, message: "for secret-token-1" });
  const other = aJob({ id: "01939c2e-7a10-7000-8000-0000000000a2" });
  const later = new TestContext();
  const run = () => executorFor(emulator).run(other, later).catch(String);
  const said = [await run(), await run(), ...context.lines, ...later.lines, String(later.checkpoint)].join(
    "\n",
  );
  expect(said).toContain("No kernels for [redacted]");
  expect(said).not.toContain("secret-token-1");
  expect(emulator.storageCalls.filter(({ authorization }) => authorization)).toEqual([]);
});
