import { Worker } from "node:worker_threads";
import { DatasetRows } from "../../core/dataset-rows.ts";
import {
  type Executor,
  type ExecutorContext,
  type ExecutorJob,
  PermanentJobError,
  type StopReason,
  type TrainedModel,
} from "../../core/executor.ts";
import { PRESETS } from "../../core/language-model/presets.ts";
import { CHARACTERS_MAX, splitRows } from "../../core/language-model/split.ts";
import { STOP, type ThreadMessage, type TrainingTask } from "./messages.ts";

/** A training thread's own heap; its arrays lie outside and are bounded by presets and the text's length. */
const THREAD_HEAP_MB = 128;
/** A thread that does not put its work away by then is ended; its last checkpoint counts. */
const STOP_MAX_MS = 12_000;

/** Trains a small character-level language model on this machine's CPU, in a thread of its own. */
export function localExecutor(threadFile: URL = defaultThreadFile()): Executor {
  return {
    name: "local",
    async run(job, context) {
      if (!Object.hasOwn(PRESETS, job.baseModel))
        throw new PermanentJobError(`No base model ${job.baseModel} here.`);
      const text = await readText(job, context);
      context.signal.throwIfAborted();
      const checkpoint = await context.loadCheckpoint();
      const { baseModel, parameters } = job;
      return runThread(threadFile, { baseModel, parameters, ...text, checkpoint }, context);
    },
  };
}

/** The source runs as TypeScript, the image as one bundle beside another. */
function defaultThreadFile(): URL {
  return new URL(import.meta.url.endsWith(".ts") ? "train-thread.ts" : "train-thread.js", import.meta.url);
}

async function readText(
  job: ExecutorJob,
  context: ExecutorContext,
): Promise<{ train: string; heldOut: string }> {
  const rows: string[] = [];
  let characters = 0;
  const parser = new DatasetRows(job.dataset.format, (row) => {
    if (characters + row.length > CHARACTERS_MAX) return;
    characters += row.length;
    rows.push(row);
  });
  for await (const chunk of await job.dataset.open()) {
    context.signal.throwIfAborted();
    parser.push(chunk as Buffer);
  }
  const total = parser.end();
  if (rows.length < total) context.log("warn", `Only ${rows.length} of ${total} rows fit and are used.`);
  const { held_out_fraction, seed } = job.parameters;
  const text = splitRows(rows, held_out_fraction, seed);
  context.log(
    "info",
    `${rows.length} rows, ${text.train.length} characters to learn, ${text.heldOut.length} held out.`,
  );
  return text;
}

/** Carries messages between the thread and the context until the thread is done or the signal aborts. */
async function runThread(file: URL, task: TrainingTask, context: ExecutorContext): Promise<TrainedModel> {
  const { signal } = context;
  const thread = new Worker(file, {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP_MB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<TrainedModel>();
  let saving: Promise<void> = Promise.resolve();
  const save = (data: Uint8Array) => {
    saving = saving.then(() => context.saveCheckpoint(Buffer.from(data)));
    return saving;
  };
  thread.on("message", (message: ThreadMessage) => {
    if (message.type === "log") context.log("info", message.message);
    else if (message.type === "progress") context.progress(message.fraction);
    else if (message.type === "checkpoint") save(message.data).catch(reject);
    else if (message.type === "stopped") {
      // The thread exits now; the run ends when its work is stored.
      thread.removeAllListeners("exit");
      save(message.data).then(() => reject(signal.reason), reject);
    } else resolve({ ...MODEL_FILE, metrics: message.metrics, content: Buffer.from(message.file) });
  });
  thread.once("error", reject);
  thread.once("exit", (code) => reject(new Error(`the training thread ended by itself (exit ${code})`)));
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    if ((signal.reason as StopReason) !== "draining") return reject(signal.reason);
    thread.postMessage(STOP);
    timer = setTimeout(() => reject(signal.reason), STOP_MAX_MS);
  };
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const model = await promise;
    await saving;
    return model;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    await thread.terminate();
  }
}

const MODEL_FILE = { name: "model.safetensors", contentType: "application/octet-stream" } as const;
