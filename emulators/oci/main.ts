import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { containerMachines } from "./container-machines.ts";
import { startOciEmulator } from "./emulator.ts";

const USAGE = `node emulators/oci/main.ts [options]

A stand-in for Oracle Cloud: Pulumi's provider for it, over a tenancy in a file.

  --port N             port of the provider (0: a free one): PULUMI_DEBUG_PROVIDERS=oci:N
  --control-port N     port for faults and questions (0: a free one); see emulators/oci/control.ts
  --host ADDRESS       address to listen on (127.0.0.1)
  --state DIRECTORY    where the tenancy is kept (.slipway/oci-emulator)
  --region NAME        its home region (eu-frankfurt-1)
  --machines           instances are real machines, in containers of this machine's engine; needs root and base images
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
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const emulator = await startOciEmulator({
    stateDirectory: values.state,
    port: Number(values.port),
    controlPort: Number(values["control-port"]),
    host: values.host,
    region: values.region,
    ...(values.machines ? { machines: await realMachines(values.state) } : {}),
  });
  const { account, port, controlUrl } = emulator;
  const lines = [
    `PULUMI_DEBUG_PROVIDERS=oci:${port}`,
    `control: ${controlUrl}`,
    ...Object.entries(account).map(([name, value]) => `oci:${name} ${value}`),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void emulator.stop());
}

/** Machines upon the Debian image that the toolchain has made. */
function realMachines(state: string) {
  const file = join(import.meta.dirname, "../../.slipway/base-images.json");
  if (!existsSync(file))
    throw new Error(`${file} is not there: npm run prepare:machine makes the base images`);
  const { debian } = JSON.parse(readFileSync(file, "utf8")) as { debian: { reference: string } };
  return containerMachines({ directory: resolve(state, "real"), debianImage: debian.reference });
}

await main();
