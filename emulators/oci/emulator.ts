import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { type Account, accountOf } from "./account.ts";
import { type ApiCall, ApiCalls } from "./api-calls.ts";
import { serveControl } from "./control.ts";
import { type Fault, Faults } from "./faults.ts";
import { addImages } from "./images.ts";
import { cardOf, terminate } from "./instance.ts";
import { ALWAYS_FREE, type Limits } from "./limits.ts";
import type { Machines } from "./machines.ts";
import { noMachines } from "./machines.ts";
import { NetworkCards } from "./network-cards.ts";
import { noObjectStore, type ObjectStore } from "./object-storage.ts";
import { newOcid } from "./ocid.ts";
import { OciProvider } from "./provider.ts";
import { serveProvider } from "./provider-server.ts";
import { publicAddressOf } from "./public-ip.ts";
import type { Cloud } from "./resource-type.ts";
import { Tenancy } from "./tenancy.ts";
import { type ResourceRecord, type State, StateFile } from "./tenancy-state.ts";

export interface EmulatorOptions {
  /** Where the state is kept; the same directory again continues where it stopped. */
  stateDirectory: string;
  /** The tenancy's home region. */
  region?: string;
  /** 0 picks free ports. */
  port?: number;
  controlPort?: number;
  /** Address to listen on. */
  host?: string;
  /** Service limits that differ from those of an account that pays nothing. */
  limits?: Limits;
  machines?: Machines;
  objectStore?: ObjectStore;
  /** Home of whoever runs Pulumi, with their `.oci/config`; this process's own unless told otherwise. */
  home?: string;
  /** First wait before the provider asks again after 429 or 5xx. */
  retryMs?: number;
}

export type Disturbance = "kill" | "start" | "stop" | "reboot" | "terminate" | "lose-address";

export interface OciEmulator {
  /** Of the provider: `PULUMI_DEBUG_PROVIDERS=oci:<port>`. */
  readonly port: number;
  readonly controlUrl: string;
  readonly account: Account & { region: string; namespace: string };
  readonly state: State;
  readonly provider: OciProvider;
  /** Every call of the cloud's API, in order. */
  readonly calls: readonly ApiCall[];
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Does to the instance of this name or id what nobody asked for. */
  disturb(instance: string, what: Disturbance): Promise<void>;
  /** Stops answering. What was made stays, and is there again after the next start. */
  stop(): Promise<void>;
}

/** Starts a stand-in for Oracle Cloud behind the provider's edge, on loopback unless told otherwise. */
export async function startOciEmulator(options: EmulatorOptions): Promise<OciEmulator> {
  const { host = "127.0.0.1", region = "eu-frankfurt-1" } = options;
  const file = new StateFile(options.stateDirectory, () => emptyTenancy(region));
  const tenancy = new Tenancy(file, { ...ALWAYS_FREE, ...options.limits });
  addImages(tenancy);
  const faults = new Faults();
  const { machines = noMachines(), objectStore = noObjectStore() } = options;
  const cloud: Cloud = { tenancy, machines, faults, objectStore };
  const account = accountOf(options.stateDirectory, tenancy.state);
  const calls = new ApiCalls(faults, options.retryMs ?? 200);
  const cards = new NetworkCards(tenancy, machines);
  const { home = homedir() } = options;
  const provider = new OciProvider({ cloud, calls, cards, account, home });
  await cards.bringUpToDate();
  const served = await serveProvider(provider, options.port ?? 0, host);
  const { namespace } = tenancy.state;
  const emulator = {
    port: served.port,
    account: { ...account, region: tenancy.state.region, namespace },
    state: tenancy.state,
    provider,
    calls: calls.calls,
    fault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    disturb: async (instance: string, what: Disturbance) => {
      await disturb(cloud, instance, what);
      await cards.bringUpToDate();
    },
  };
  const control = await serveControl(emulator, options.controlPort ?? 0, host);
  const stop = async () => {
    served.stop();
    await control.stop();
  };
  return { ...emulator, controlUrl: control.url, stop };
}

/** A killed machine is dead without the cloud knowing; a stopped or ended one is what somebody else has done. */
async function disturb(cloud: Cloud, nameOrId: string, what: Disturbance): Promise<void> {
  const { tenancy, machines } = cloud;
  const instance = tenancy
    .of("instance")
    .find(({ id, properties }) => id === nameOrId || properties.displayName === nameOrId);
  if (!instance) throw new Error(`There is no instance ${nameOrId}`);
  if (what === "terminate") return await terminate(cloud, instance);
  if (what === "lose-address") return loseAddress(tenancy, instance);
  await machines[what](instance.id);
  if (what === "stop") tenancy.change(instance, { state: "STOPPED" });
  if (what === "start") tenancy.change(instance, { state: "RUNNING" });
}

/** Somebody deletes the reserved address that leads to the instance. */
function loseAddress(tenancy: Tenancy, { id }: ResourceRecord): void {
  const [privateIp] = tenancy.ownedBy(cardOf(tenancy, id).id);
  const address = publicAddressOf(tenancy, privateIp?.id);
  if (address) tenancy.remove(address);
}

function emptyTenancy(region: string): State {
  return {
    region,
    tenancyOcid: newOcid("tenancy", region),
    userOcid: newOcid("user", region),
    namespace: `ax${randomBytes(5).toString("hex")}`,
    domainPrefix: randomBytes(2).toString("hex").replace(/^./, "U"),
    addressesGiven: 0,
    resources: {},
  };
}
