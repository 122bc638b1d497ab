import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { pythonRunner } from "./python-runner.ts";
import { startKaggleEmulator } from "./server.ts";

const USAGE = `node emulators/kaggle/main.ts [options]

  --port N             API port (7777: what the public client calls with KAGGLE_API_ENVIRONMENT=TEST)
  --storage-port N     storage port (0: a free one)
  --host ADDRESS       address to listen on (127.0.0.1)
  --state DIRECTORY    where the state is kept (a new temporary directory)
  --username NAME --key KEY --token TOKEN   the one account
  --queued-ms N        how long a session stays queued (500)
  --python PATH        interpreter for pushed scripts (python3)
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "7777" },
      "storage-port": { type: "string", default: "0" },
      host: { type: "string", default: "127.0.0.1" },
      state: { type: "string" },
      username: { type: "string", default: "slipway" },
      key: { type: "string", default: "emulator-key" },
      token: { type: "string", default: "emulator-token" },
      "queued-ms": { type: "string", default: "500" },
      python: { type: "string", default: "python3" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const emulator = await startKaggleEmulator({
    accounts: [{ username: values.username, key: values.key, token: values.token }],
    stateDirectory: values.state ?? mkdtempSync(join(tmpdir(), "kaggle-emulator-")),
    runner: pythonRunner(values.python),
    port: Number(values.port),
    storagePort: Number(values["storage-port"]),
    host: values.host,
    queuedMs: Number(values["queued-ms"]),
  });
  process.stdout.write(`Kaggle emulator on ${emulator.url}, storage on ${emulator.storageUrl}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void emulator.stop());
}

await main();
