import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ApiError, permissionDenied } from "./api-error.ts";
import type { Message } from "./api-messages.ts";
import { type Datasets, isReady } from "./datasets.ts";
import { acceleratorQuota, type Quota, quotaError } from "./quota.ts";
import { isUnderWay, type Sessions } from "./sessions.ts";
import type { KernelRecord, SessionRecord, StateStore } from "./state.ts";

export interface KernelsOptions {
  store: StateStore;
  datasets: Datasets;
  sessions: Sessions;
  quota: Quota;
  storageUrl: string;
}

/** Longest a session may run when the push does not say: 12 hours, as on Kaggle. */
const SESSION_SECONDS_MAX = 43_200;
const PAGE_SIZE_DEFAULT = 20;

/** The kernel part of the API. */
export class Kernels {
  readonly #options: KernelsOptions;

  constructor(options: KernelsOptions) {
    this.#options = options;
  }

  /** Saves a version and runs it. Faults of the request come as `error` in a 200, as the client expects. */
  save(owner: string, body: Message) {
    const [slugOwner = "", requestedSlug = ""] = String(body.slug ?? "").split("/");
    if (slugOwner !== owner) throw permissionDenied("kernels.update");
    const fault =
      saveFault(body) ?? quotaError(this.#options.quota, this.#activeSessions(owner), machineOf(body));
    if (fault) return refused(fault);
    const existing = this.#options.store.state.kernels[`${owner}/${requestedSlug}`];
    if (!existing && !validTitle(body.newTitle)) return refused("Title must be between 5 and 50 characters");
    const kernel = existing ?? this.#create(owner, body);
    const invalidDatasetSources = strings(body.datasetDataSources).filter(
      (ref) => !this.#mountable(owner, ref),
    );
    const session = this.#newSession(body, invalidDatasetSources);
    kernel.versions.push(session);
    this.#options.store.save();
    if (session.status === "queued") this.#options.sessions.start(owner, session);
    return saved(kernel, invalidDatasetSources);
  }

  get(owner: string, body: Message) {
    const kernel = this.#find(owner, body);
    const session = versionOf(kernel, body);
    const { id, title, slug, isPrivate, versions } = kernel;
    const ref = `${owner}/${slug}`;
    const metadata = {
      id,
      ref,
      title,
      author: owner,
      slug,
      isPrivate,
      currentVersionNumber: versions.length,
    };
    const { machineShape, enableInternet, datasetSources } = session;
    return {
      metadata: { ...metadata, machineShape, enableInternet, datasetDataSources: datasetSources },
      blob: { source: session.source, language: "python", kernelType: "script", slug },
    };
  }

  status(owner: string, body: Message) {
    const { status, failureMessage } = versionOf(this.#find(owner, body), body);
    return { status, failureMessage: failureMessage ?? null };
  }

  /** The finished session's files, by name, each with a link that needs no authorization. */
  output(owner: string, body: Message) {
    const session = versionOf(this.#find(owner, body), body);
    if (isUnderWay(session)) return { files: [], log: null, nextPageToken: "" };
    const names = this.#outputNames(session);
    const start = Number(body.pageToken || 0);
    const end = start + Number(body.pageSize || PAGE_SIZE_DEFAULT);
    return {
      files: names.slice(start, end).map((fileName) => ({ fileName, url: this.#link(session, fileName) })),
      log: JSON.stringify(session.log),
      nextPageToken: end < names.length ? String(end) : "",
    };
  }

  quota() {
    return acceleratorQuota(this.#options.quota);
  }

  cancel(owner: string, body: Message) {
    const session = Object.values(this.#options.store.state.kernels)
      .filter((kernel) => kernel.owner === owner)
      .flatMap((kernel) => kernel.versions)
      .find(({ sessionId }) => sessionId === body.kernelSessionId);
    if (!session) throw permissionDenied("kernelSessions.cancel");
    this.#options.sessions.cancel(session);
    return { errorMessage: null };
  }

  delete(owner: string, body: Message) {
    const kernel = this.#find(owner, body);
    for (const session of kernel.versions) {
      this.#options.sessions.cancel(session);
      rmSync(this.#options.store.runDirectory(session.sessionId), { recursive: true, force: true });
    }
    delete this.#options.store.state.kernels[`${owner}/${kernel.slug}`];
    this.#options.store.save();
    return { errorMessage: null };
  }

  /** The session whose log is asked for. */
  session(owner: string, body: Message): SessionRecord {
    return versionOf(this.#find(owner, body), body);
  }

  /** Runs again what a stop of the emulator cut short. */
  resume(): void {
    for (const kernel of Object.values(this.#options.store.state.kernels))
      for (const session of kernel.versions)
        if (isUnderWay(session)) this.#options.sessions.start(kernel.owner, session);
  }

  #find(owner: string, body: Message): KernelRecord {
    const kernel = this.#options.store.state.kernels[`${body.userName}/${body.kernelSlug}`];
    if (!kernel || (kernel.isPrivate && kernel.owner !== owner)) throw permissionDenied("kernels.get");
    return kernel;
  }

  /** A new kernel's slug comes from its title, not from the slug asked for. */
  #create(owner: string, body: Message): KernelRecord {
    const title = String(body.newTitle);
    const slug = slugOf(title);
    const id = this.#options.store.newId();
    const kernel = { id, owner, slug, title, isPrivate: body.isPrivate !== false, versions: [] };
    this.#options.store.state.kernels[`${owner}/${slug}`] = kernel;
    return kernel;
  }

  #newSession(body: Message, invalidSources: string[]): SessionRecord {
    const timeoutSeconds = Number(body.sessionTimeoutSeconds || SESSION_SECONDS_MAX);
    return {
      sessionId: this.#options.store.newId(),
      source: String(body.text),
      datasetSources: strings(body.datasetDataSources).filter((ref) => !invalidSources.includes(ref)),
      machineShape: machineOf(body),
      enableInternet: body.enableInternet !== false,
      timeoutSeconds: Math.min(timeoutSeconds, SESSION_SECONDS_MAX),
      status: body.kernelExecutionType === "QUICK_SAVE" ? "newScript" : "queued",
      log: [],
    };
  }

  #mountable(owner: string, ref: string): boolean {
    const dataset = this.#options.datasets.find(owner, ref);
    return dataset !== undefined && isReady(dataset);
  }

  #activeSessions(owner: string): number {
    const kernels = Object.values(this.#options.store.state.kernels);
    return kernels
      .filter((kernel) => kernel.owner === owner)
      .flatMap((kernel) => kernel.versions.filter(isUnderWay)).length;
  }

  #outputNames(session: SessionRecord): string[] {
    const working = join(this.#options.store.runDirectory(session.sessionId), "working");
    return existsSync(working) ? readdirSync(working).sort() : [];
  }

  #link(session: SessionRecord, name: string): string {
    return `${this.#options.storageUrl}/output/${session.sessionId}/${encodeURIComponent(name)}`;
  }
}

function saveFault(body: Message): string | undefined {
  if (typeof body.text !== "string" || body.text === "") return "Kernel source is empty";
  if (body.language !== "python") return "Invalid language";
  if (body.kernelType !== "script") return "Invalid kernel type";
  return undefined;
}

function versionOf(kernel: KernelRecord, body: Message): SessionRecord {
  const label = String(body.versionLabel ?? "").replace(/^Version /i, "");
  const session = label === "" ? kernel.versions.at(-1) : kernel.versions[Number(label) - 1];
  if (!session) throw new ApiError(404, "Kernel version not found");
  return session;
}

function saved(kernel: KernelRecord, invalidDatasetSources: string[]) {
  const ref = `/code/${kernel.owner}/${kernel.slug}`;
  const url = `https://www.kaggle.com${ref}`;
  const none = {
    invalidTags: [],
    invalidCompetitionSources: [],
    invalidKernelSources: [],
    invalidModelSources: [],
  };
  const versionNumber = kernel.versions.length;
  return { ref, url, versionNumber, error: null, invalidDatasetSources, kernelId: kernel.id, ...none };
}

const refused = (error: string) => ({ ref: null, url: null, versionNumber: null, error });
const strings = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
const slugOf = (title: string) =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
const validTitle = (title: unknown) => typeof title === "string" && title.length >= 5 && title.length <= 50;
const machineOf = (body: Message) =>
  String(body.machineShape || (body.enableGpu ? "NvidiaTeslaT4" : body.enableTpu ? "Tpu1VmV38" : ""));
