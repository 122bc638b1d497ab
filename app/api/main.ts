import { readSettings } from "../env.ts";
import { createLogger } from "../logger.ts";
import { runProcess } from "../process.ts";
import { startApi } from "./start.ts";

await runProcess(() => {
  const settings = readSettings(process.env);
  return startApi(settings, createLogger(settings));
});
