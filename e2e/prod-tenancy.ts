import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { checkoutPort } from "../cli/checkout.ts";
import type { ContainerMachines } from "../emulators/oci/container-machines.ts";
import { docker } from "../emulators/oci/docker-engine.ts";
import type { OciEmulator } from "../emulators/oci/emulator.ts";
import type { Limits } from "../emulators/oci/limits.ts";
import { imagesIn, realCloud } from "../emulators/oci/real-cloud.ts";
import type { Checkout } from "./checkout.ts";

/** An empty tenancy of the emulated Oracle Cloud, whose instances are real machines. */
export type ProdTenancy = {
  emulator: OciEmulator;
  machines: ContainerMachines;
  /** What Pulumi's environment needs to find it. */
  env: Record<string, string>;
  /** The id of the instance of that name. */
  instanceId(name: string): string;
  /** Runs a command on the instance of that name, as root. */
  onMachine(name: string, ...command: string[]): Promise<string>;
  /** Takes everything away. */
  remove(): Promise<void>;
};

/** Starts a tenancy for a checkout whose base images are there: one that pays nothing, unless limits say otherwise. */
export async function emptyTenancy({ root }: Checkout, limits: Limits = {}): Promise<ProdTenancy> {
  const directory = mkdtempSync(join(tmpdir(), "slipway-tenancy-"));
  const images = imagesIn(join(root, ".slipway/base-images.json"));
  const { emulator, machines, env, stop } = await realCloud({ directory, images, limits });
  const instanceId = (name: string) => {
    const named = Object.values(emulator.state.resources).filter(({ kind }) => kind === "instance");
    return named.find(({ properties }) => String(properties.displayName).endsWith(name))?.id ?? "";
  };
  return {
    ...{ emulator, machines, env, instanceId },
    onMachine: (name, ...command) => docker(["exec", machines.containerName(instanceId(name)), ...command]),
    remove: async () => {
      await stop();
      await machines.removeAll();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Fills in what the worked example marks as yours; this machine is the administrator's. */
export function fillProdSettings({ root }: Checkout, { emulator, machines }: ProdTenancy): void {
  const file = join(root, "Pulumi.prod.yaml");
  const settings = parseDocument(readFileSync(file, "utf8"));
  const set = (path: string[], value: unknown) => settings.setIn(["config", ...path], value);
  settings.deleteIn(["config", "oci:configFileProfile"]);
  const { tenancyOcid, userOcid, fingerprint, privateKeyPath, region } = emulator.account;
  for (const [name, value] of Object.entries({ tenancyOcid, userOcid, fingerprint, privateKeyPath, region }))
    set([`oci:${name}`], value);
  const image = Object.values(emulator.state.resources).find(({ kind }) => kind === "image");
  const oracle = "slipway:oracle";
  set([oracle, "tenancyId"], tenancyOcid);
  set([oracle, "compartmentId"], tenancyOcid);
  set([oracle, "adminCidrs"], [`${machines.network.gateway}/32`]);
  set([oracle, "machine", "imageId"], image?.id);
  set(["slipway:registry", "port"], checkoutPort(root, 7));
  set(["slipway:release", "bakeSeconds"], 5);
  writeFileSync(file, settings.toString({ lineWidth: 0 }));
}
