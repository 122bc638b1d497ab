import { kaggleCredentials } from "../adapters/kaggle/credentials.ts";
import { KaggleExecutor } from "../adapters/kaggle/executor.ts";
import { localExecutor } from "../adapters/local/executor.ts";
import type { Executor } from "../core/executor.ts";
import { readSettings } from "../env.ts";
import { createLogger } from "../logger.ts";
import { runProcess } from "../process.ts";
import { startWorker } from "./start.ts";

await runProcess(() => {
  const settings = readSettings(process.env);
  const executors: Executor[] = [localExecutor()];
  const credentials = kaggleCredentials(settings);
  if (credentials) executors.push(new KaggleExecutor({ apiUrl: settings.KAGGLE_API_URL, credentials }));
  return startWorker(settings, createLogger(settings), executors);
});
