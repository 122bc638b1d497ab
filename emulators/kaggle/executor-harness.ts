import { createHash } from "node:crypto";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { KaggleExecutor } from "../../app/adapters/kaggle/executor.ts";
import type { KaggleCredentials, KaggleTimings } from "../../app/adapters/kaggle/settings.ts";
import type { ExecutorContext, ExecutorJob, StopReason } from "../../app/core/executor.ts";
import type { KernelRun, KernelRunner } from "./kernel-runner.ts";
import { type Emulator, type EmulatorOptions, startKaggleEmulator } from "./server.ts";

export const ACCOUNT = { username: "anna", key: "legacy-key-1", token: "secret-token-1" };
export const TOKEN: KaggleCredentials = { kind: "token", token: ACCOUNT.token };

/** Waits small enough for tests; Retry-After is still waited for in full. */
const TIMINGS: Partial<KaggleTimings> = {
  requestTimeoutMs: 2_000,
  pushTimeoutMs: 2_000,
  pollMs: 10,
  pollMaxMs: 20,
  retryMs: 5,
  retryMaxMs: 20,
  triesMax: 6,
  slotPollMs: 20,
  datasetPollMs: 10,
};

/** An emulator with a state directory of its own; give the directory to continue one that was stopped. */
export async function emulate(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const stateDirectory = mkdtempSync(join(tmpdir(), "kaggle-emulator-"));
  return await startKaggleEmulator({
    accounts: [ACCOUNT],
    stateDirectory,
    runner: quickRunner(),
    ...options,
  });
}

/** The same, stopped when the test is over. */
export async function emulated(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const emulator = await emulate(options);
  onTestFinished(() => emulator.stop());
  return emulator;
}

export const kernelsOf = ({ state }: Emulator) => Object.values(state.kernels);
export const sessionsOf = (emulator: Emulator) => kernelsOf(emulator).flatMap(({ versions }) => versions);

export function executorFor(
  emulator: { readonly url: string },
  timings: Partial<KaggleTimings> = {},
  credentials: KaggleCredentials = TOKEN,
  machineShape?: string,
): KaggleExecutor {
  const shape = machineShape === undefined ? {} : { machineShape };
  return new KaggleExecutor({
    apiUrl: emulator.url,
    credentials,
    timings: { ...TIMINGS, ...timings },
    ...shape,
  });
}

export function aJob(
  changes: Partial<ExecutorJob> = {},
  text = "the cat sat on the mat\n".repeat(40),
): ExecutorJob {
  const content = Buffer.from(text);
  return {
    id: "01939c2e-7a10-7000-8000-0000000000a1",
    attempt: 1,
    baseModel: "char-mlp-small",
    parameters: { epochs: 2, learning_rate: 0.01, seed: 7, batch_size: 16, held_out_fraction: 0.2 },
    dataset: {
      name: "cats",
      format: "text",
      bytes: content.length,
      sha256: createHash("sha256").update(content).digest("hex"),
      open: async () => Readable.from(chunks(content)),
    },
    ...changes,
  };
}

/** As a network gives it: in chunks of an odd size. */
function* chunks(content: Buffer): Generator<Buffer> {
  for (let start = 0; start < content.length; start += 65_537) yield content.subarray(start, start + 65_537);
}

/** A context that remembers; a later one given its checkpoint goes on from there. */
export class TestContext implements ExecutorContext {
  readonly lines: string[] = [];
  readonly fractions: number[] = [];
  checkpoint: Buffer | undefined;
  readonly #stop = new AbortController();

  constructor(checkpoint?: Buffer) {
    this.checkpoint = checkpoint;
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  stop(reason: StopReason): void {
    this.#stop.abort(reason);
  }

  log(_level: string, message: string): void {
    this.lines.push(message);
  }

  progress(fraction: number): void {
    this.fractions.push(fraction);
  }

  async loadCheckpoint(): Promise<Buffer | undefined> {
    return this.checkpoint;
  }

  async saveCheckpoint(data: Buffer): Promise<void> {
    this.checkpoint = data;
  }

  /** Resolves when a line of the log matches. */
  async sees(pattern: RegExp): Promise<void> {
    const deadline = Date.now() + 5_000;
    while (!this.lines.some((line) => pattern.test(line))) {
      if (Date.now() > deadline) throw new Error(`no ${pattern} in:\n${this.lines.join("\n")}`);
      await sleep(5);
    }
  }
}

/**
 * Stands in for Python where only the course of things matters: two epochs, a tiny model, `epochMs` each. The second
 * epoch begins when `released` is.
 */
export function quickRunner(epochMs = 0, released: Promise<void> = Promise.resolve()): KernelRunner {
  return async (run) => {
    for (const epoch of [1, 2]) {
      if (epoch === 2) await released;
      await sleep(epochMs, undefined, { signal: run.signal });
      run.log("stdout", `Epoch ${epoch}/2: train loss 2.0000, held-out loss 2.${epoch}000.\n`);
    }
    writeOutput(run);
    return undefined;
  };
}

function writeOutput(run: KernelRun): void {
  const facts = JSON.parse(/json\.loads\((".*")\)$/m.exec(run.source)?.[1] ?? '"{}"') as string;
  const { job_id, dataset_sha256 } = JSON.parse(facts) as Record<string, string>;
  const content = Buffer.from(`model of ${job_id}`);
  const sha256 = createHash("sha256").update(content).digest("hex");
  const model = { file: "model.safetensors", bytes: content.length, sha256 };
  const working = join(run.directory, "working");
  writeFileSync(join(working, model.file), content);
  writeFileSync(
    join(working, "metrics.json"),
    JSON.stringify({ job_id, dataset_sha256, model, metrics: { held_out_loss: 2.2 } }),
  );
}
