import { ApiError, permissionDenied } from "./api-error.ts";
import type { Message } from "./api-messages.ts";
import type { DatasetRecord, StateStore } from "./state.ts";

/** The dataset part of the API. A new version takes `processingMs` to become ready. */
export class Datasets {
  readonly #store: StateStore;
  readonly #processingMs: number;

  constructor(store: StateStore, processingMs: number) {
    this.#store = store;
    this.#processingMs = processingMs;
  }

  create(owner: string, body: Message) {
    const slug = String(body.slug ?? "");
    const title = String(body.title ?? "");
    if (body.ownerSlug !== owner) throw permissionDenied("datasets.create");
    if (!/^[a-z0-9][a-z0-9-]{5,49}$/.test(slug))
      return failure("The dataset slug must be between 6 and 50 characters");
    if (title.length < 6 || title.length > 50)
      return failure("The dataset title must be between 6 and 50 characters");
    if (!body.licenseName) return failure("A license must be specified");
    const ref = `${owner}/${slug}`;
    if (this.#store.state.datasets[ref])
      return failure(
        `The requested slug "${slug}" is already in use by a dataset. Please choose another slug.`,
      );
    const version = this.#version(owner, body.files);
    const isPrivate = body.isPrivate === true;
    this.#store.state.datasets[ref] = { id: this.#store.newId(), title, isPrivate, versions: [version] };
    this.#store.save();
    return created(ref);
  }

  createVersion(owner: string, body: Message) {
    const ref = `${body.ownerSlug}/${body.datasetSlug}`;
    const dataset = this.find(owner, ref);
    if (!dataset) throw permissionDenied("datasets.update");
    dataset.versions.push(this.#version(owner, (body.body as Message | undefined)?.files));
    this.#store.save();
    return created(ref);
  }

  status(owner: string, body: Message) {
    const dataset = this.find(owner, `${body.ownerSlug}/${body.datasetSlug}`);
    if (!dataset) throw permissionDenied("datasets.get");
    return { status: isReady(dataset) ? "READY" : "NOT_YET_PERSISTED" };
  }

  get(owner: string, body: Message) {
    const ref = `${body.ownerSlug}/${body.datasetSlug}`;
    const dataset = this.find(owner, ref);
    if (!dataset) throw permissionDenied("datasets.get");
    const { id, title, isPrivate, versions } = dataset;
    return { id, ref, title, isPrivate, currentVersionNumber: versions.length };
  }

  /** The dataset as this account sees it: private ones are their owner's only. */
  find(owner: string, ref: string): DatasetRecord | undefined {
    const dataset = this.#store.state.datasets[ref];
    return dataset && (!dataset.isPrivate || ref.startsWith(`${owner}/`)) ? dataset : undefined;
  }

  #version(owner: string, files: unknown) {
    const tokens = Array.isArray(files) ? files.map((file: Message) => String(file.token)) : [];
    const named = tokens.map((token) => ({ token, blob: this.#store.state.blobs[token] }));
    const ready = named.every(({ blob }) => blob?.complete && blob.owner === owner);
    if (tokens.length === 0 || !ready)
      throw new ApiError(400, "Upload token is invalid or its upload is incomplete");
    return {
      readyAt: Date.now() + this.#processingMs,
      files: named.map(({ token, blob }) => ({ name: blob?.name ?? token, token })),
    };
  }
}

/** Only what is ready can be mounted by a kernel. */
export function isReady(dataset: DatasetRecord): boolean {
  return dataset.versions.every((version) => version.readyAt <= Date.now());
}

const failure = (error: string) => ({ status: "error", error });
const created = (ref: string) => ({
  ref,
  url: `https://www.kaggle.com/datasets/${ref}`,
  status: "ok",
  error: "",
});
