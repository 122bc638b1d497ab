import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type EmulatorOptions, startOciEmulator } from "./emulator.ts";
import { ALWAYS_FREE, PAYING } from "./limits.ts";
import { imagesIn, realCloud } from "./real-cloud.ts";

const USAGE = `node emulators/oci/main.ts [options]

A stand-in for Oracle Cloud: Pulumi's provider for it, over a tenancy in a file.

  --port N             port of the provider (0: a free one): PULUMI_DEBUG_PROVIDERS=oci:N
  --control-port N     port for faults and questions (0: a free one); see emulators/oci/control.ts
  --host ADDRESS       address to listen on (127.0.0.1)
  --state DIRECTORY    where the tenancy is kept (.slipway/oci-emulator)
  --region NAME        its home region (eu-frankfurt-1)
  --machines           instances are real machines, in containers of this machine's engine, and the registry of images
                       is one; needs root and base images. Prints what else Pulumi's environment needs
  --paying             limits of an account that pays, in place of those of one that is always free
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "0" },
      "control-port": { type: "string", default: "0" },
      host: { type: "string", default: "127.0.0.1" },
      state: { type: "string", default: join(import.meta.dirname, "../../.slipway/oci-emulator") },
      region: { type: "string", default: "eu-frankfurt-1" },
      machines: { type: "boolean", default: false },
      paying: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const { host, region } = values;
  const ports = { port: Number(values.port), controlPort: Number(values["control-port"]) };
  const options = { ...ports, host, region, limits: values.paying ? PAYING : ALWAYS_FREE };
  const directory = resolve(values.state);
  const { emulator, env, stop } = await (values.machines
    ? realCloud({ ...options, directory, images: baseImages() })
    : plannedCloud({ ...options, stateDirectory: directory }));
  const { account, controlUrl } = emulator;
  const lines = [
    ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
    `control: ${controlUrl}`,
    ...Object.entries(account).map(([name, value]) => `oci:${name} ${value}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
}

/** A cloud to plan with: nothing in it is real. */
async function plannedCloud(options: EmulatorOptions) {
  const emulator = await startOciEmulator(options);
  const env = { PULUMI_DEBUG_PROVIDERS: `oci:${emulator.port}` };
  return { emulator, env, stop: () => emulator.stop() };
}

/** The images that the toolchain has made. */
function baseImages() {
  const file = join(import.meta.dirname, "../../.slipway/base-images.json");
  if (!existsSync(file))
    throw new Error(`${file} is not there: npm run prepare:machine makes the base images`);
  return imagesIn(file);
}

await main();
