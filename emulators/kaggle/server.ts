import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Account } from "./accounts.ts";
import { apiHandler, type RecordedCall } from "./api.ts";
import { serveControl } from "./control.ts";
import { Datasets } from "./datasets.ts";
import { type Fault, Faults } from "./faults.ts";
import { sendError } from "./http-json.ts";
import type { KernelRunner } from "./kernel-runner.ts";
import { Kernels } from "./kernels.ts";
import type { Quota } from "./quota.ts";
import { Sessions } from "./sessions.ts";
import { type State, StateStore } from "./state.ts";
import { serveStorage } from "./storage.ts";

export interface EmulatorOptions {
  accounts: readonly Account[];
  /** Where the state and the sessions' files are kept; the same directory again continues where it stopped. */
  stateDirectory: string;
  runner: KernelRunner;
  /** 0 picks free ports. The storage behind the API has a port of its own, as it has a host of its own. */
  port?: number;
  storagePort?: number;
  /** Address to listen on. */
  host?: string;
  /** How long a session stays queued, and a dataset unready. */
  queuedMs?: number;
  processingMs?: number;
  quota?: Partial<Quota>;
}

export interface Emulator {
  /** Base URL, what the app calls KAGGLE_API_URL. */
  readonly url: string;
  readonly storageUrl: string;
  readonly stateDirectory: string;
  readonly state: State;
  /** Every call of the API, in order. */
  readonly calls: readonly RecordedCall[];
  /** Every request to the storage, in order. None of them should carry an authorization. */
  readonly storageCalls: readonly StorageCall[];
  /** Calls of one method. */
  callsOf(method: string): readonly RecordedCall[];
  fault(fault: Fault): void;
  setQuota(quota: Partial<Quota>): void;
  stop(): Promise<void>;
}

/** One request to the storage. */
export interface StorageCall {
  readonly method: string;
  /** Content-Range of an upload. */
  readonly range: string | undefined;
  readonly authorization: boolean;
}

const QUOTA: Quota = {
  cpuSessionsMax: 5,
  gpuSecondsUsed: 0,
  gpuSecondsTotal: 108_000,
  refreshAt: "2030-01-05T00:00:00.000Z",
};

/** Starts a stand-in for Kaggle's API and its storage, on loopback unless told otherwise. */
export async function startKaggleEmulator(options: EmulatorOptions): Promise<Emulator> {
  const host = options.host ?? "127.0.0.1";
  const store = new StateStore(options.stateDirectory);
  const faults = new Faults();
  const calls: RecordedCall[] = [];
  const quota = { ...QUOTA, ...options.quota };
  const storageCalls: StorageCall[] = [];
  const storage = await listen(options.storagePort, host, async (request, response) => {
    const { authorization, "content-range": range } = request.headers;
    storageCalls.push({ method: request.method ?? "", range, authorization: authorization !== undefined });
    await serveStorage(store, faults, request, response);
  });
  const datasets = new Datasets(store, options.processingMs ?? 0);
  const { runner, accounts, queuedMs = 0 } = options;
  const sessions = new Sessions({ store, datasets, faults, runner, queuedMs });
  const kernels = new Kernels({ store, datasets, sessions, quota, storageUrl: storage.url });
  const api = apiHandler({
    accounts,
    store,
    datasets,
    kernels,
    sessions,
    faults,
    storageUrl: storage.url,
    calls,
  });
  const server = await listen(options.port, host, async (request, response) => {
    if (request.url?.startsWith("/_control/"))
      await serveControl({ faults, calls, store }, request, response);
    else await api(request, response);
  });
  kernels.resume();
  return {
    url: server.url,
    storageUrl: storage.url,
    stateDirectory: store.directory,
    state: store.state,
    calls,
    storageCalls,
    callsOf: (method) => calls.filter((call) => call.method === method),
    fault: (fault) => faults.add(fault),
    setQuota: (changed) => void Object.assign(quota, changed),
    stop: async () => {
      await Promise.all([server.close(), storage.close(), sessions.stop()]);
    },
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function listen(port = 0, host: string, handler: Handler) {
  const server: Server = createServer((request, response) => {
    handler(request, response).catch((error: unknown) => sendError(response, error));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://${host}:${address.port}`, close };
}
