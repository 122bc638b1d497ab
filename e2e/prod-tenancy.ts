import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { baseImage } from "../app/testing/base-image.ts";
import type { ContainerMachines } from "../emulators/oci/container-machines.ts";
import { docker } from "../emulators/oci/docker-engine.ts";
import type { OciEmulator } from "../emulators/oci/emulator.ts";
import type { Limits } from "../emulators/oci/limits.ts";
import { realCloud } from "../emulators/oci/real-cloud.ts";

/** An empty tenancy of the emulated Oracle Cloud, whose instances are real machines. */
export type ProdTenancy = {
  emulator: OciEmulator;
  machines: ContainerMachines;
  /** What names lead to, as their owners enter it at their providers. */
  names: Map<string, string>;
  /** What Pulumi's environment needs to find it. */
  env: Record<string, string>;
  /** The id of the instance of that name. */
  instanceId(name: string): string;
  /** Runs a command on the instance of that name, as root. */
  onMachine(name: string, ...command: string[]): Promise<string>;
  /** Takes everything away. */
  remove(): Promise<void>;
};

/** Starts a tenancy for whoever has that home: one that pays nothing, unless limits say otherwise. */
export async function emptyTenancy(home: string, limits: Limits): Promise<ProdTenancy> {
  const directory = mkdtempSync(join(tmpdir(), "slipway-tenancy-"));
  const images = { debian: baseImage("debian"), registry: baseImage("registry") };
  const { emulator, machines, names, env, stop } = await realCloud({ directory, images, limits, home });
  const instanceId = (name: string) => {
    const named = Object.values(emulator.state.resources).filter(({ kind }) => kind === "instance");
    return named.find(({ properties }) => String(properties.displayName).endsWith(name))?.id ?? "";
  };
  return {
    ...{ emulator, machines, names, env, instanceId },
    onMachine: (name, ...command) => docker(["exec", machines.containerName(instanceId(name)), ...command]),
    remove: async () => {
      await stop();
      await machines.removeAll();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
