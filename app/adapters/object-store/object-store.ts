import { Readable } from "node:stream";
import { S3mini } from "s3mini";
import { ObjectStoreError, translateErrors } from "./errors.ts";
import { inPieces, STALLED_MS, Transfer } from "./transfer.ts";

export interface ObjectStoreOptions {
  /** `host:port` of any S3 service. */
  readonly endpoint: string;
  readonly useTls: boolean;
  readonly region: string;
  readonly bucket: string;
  readonly user: string;
  readonly password: string;
  /** Base URL by which browsers reach it; empty: the endpoint's own. */
  readonly publicUrl: string;
  /** How long a transfer may move nothing while the store is waited for. */
  readonly stalledMs?: number;
}

export interface Reading {
  /** The bytes from `first` to `last` inclusive; all of them when left out. */
  readonly range?: { readonly first: number; readonly last: number } | undefined;
  /** Ends the read, also of a content that is open already. */
  readonly signal?: AbortSignal;
}

export interface StoredObject {
  readonly key: string;
  readonly bytes: number;
  readonly modifiedAt: Date;
}

/** Answers that carry no content; a hung store fails a request instead of holding it. */
const CONTROL_TIMEOUT_MS = 10_000;
const LIST_PAGE = 1_000;

/** One bucket of an S3 service. Every failure is an {@link ObjectStoreError}; a missing object is `undefined`. */
export class ObjectStore {
  readonly #control: S3mini;
  /** A client of its own for each transfer, as each is watched by itself. */
  readonly #client: (transfer: Transfer) => S3mini;
  readonly #public: S3mini;
  readonly #stalledMs: number;

  constructor(options: ObjectStoreOptions) {
    const own = `${options.useTls ? "https" : "http"}://${options.endpoint}`;
    const shared = {
      accessKeyId: options.user,
      secretAccessKey: options.password,
      region: options.region,
    };
    this.#stalledMs = options.stalledMs ?? STALLED_MS;
    this.#client = ({ fetch }) => new S3mini({ ...shared, endpoint: `${own}/${options.bucket}`, fetch });
    this.#control = new S3mini({
      ...shared,
      endpoint: `${own}/${options.bucket}`,
      requestAbortTimeout: CONTROL_TIMEOUT_MS,
    });
    this.#public = new S3mini({ ...shared, endpoint: `${options.publicUrl || own}/${options.bucket}` });
  }

  /** Stores the whole content or nothing: a stream that ends early or fails, or an abort, leaves no object. */
  async put(
    key: string,
    content: Buffer | Readable,
    bytes: number,
    contentType: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const transfer = new Transfer(this.#stalledMs, signal);
    const body = Buffer.isBuffer(content) ? inPieces(content) : (Readable.toWeb(content) as ReadableStream);
    await translateErrors("store", key, async () => {
      const client = this.#client(transfer);
      const response = await client.putObject(key, body, contentType, undefined, undefined, bytes);
      await response.body?.cancel();
    }).finally(() => transfer.end());
  }

  /** Opens the object. */
  async get(key: string, { range, signal }: Reading = {}): Promise<Readable> {
    const transfer = new Transfer(this.#stalledMs, signal);
    return translateErrors("read", key, async () => {
      const client = this.#client(transfer);
      const response = range
        ? await client.getObjectRaw(key, false, range.first, range.last + 1)
        : await client.getObjectRaw(key);
      if (!response.body) throw new ObjectStoreError(`read ${key}: an answer without content`, 502);
      return Readable.fromWeb(transfer.received(response.body) as never);
    }).catch((error: unknown) => {
      transfer.end();
      throw error;
    });
  }

  /** Size in bytes, or undefined when there is no such object. */
  async size(key: string): Promise<number | undefined> {
    return translateErrors("look up", key, async () => {
      if ((await this.#control.objectExists(key)) !== true) return undefined;
      return this.#control.getContentLength(key);
    });
  }

  async copy(from: string, to: string): Promise<void> {
    await translateErrors("copy", from, () => this.#control.copyObject(from, to));
  }

  /** Deleting what is not there succeeds. */
  async delete(key: string): Promise<void> {
    await translateErrors("delete", key, () => this.#control.deleteObject(key));
  }

  /** All objects under the prefix, page by page. */
  async *list(prefix: string): AsyncGenerator<StoredObject> {
    let token: string | undefined;
    do {
      const page = await translateErrors("list", prefix, () =>
        this.#control.listObjectsPaged("/", prefix, LIST_PAGE, token),
      );
      for (const item of page?.objects ?? []) {
        yield { key: item.Key, bytes: Number(item.Size), modifiedAt: new Date(item.LastModified) };
      }
      token = page?.nextContinuationToken;
    } while (token);
  }

  /** A URL that takes one PUT of any content until it expires. */
  async presignPut(key: string, seconds: number): Promise<string> {
    return this.#public.getPresignedUrl("PUT", key, seconds);
  }

  /** Creates the bucket when it is missing. */
  async ensureBucket(): Promise<void> {
    await translateErrors("prepare", "bucket", async () => {
      if (await this.#control.bucketExists()) return;
      await this.#control.createBucket();
      if (!(await this.#control.bucketExists()))
        throw new ObjectStoreError("the bucket cannot be created", 503);
    });
  }

  /** Rejects unless the bucket answers. */
  async check(): Promise<void> {
    const found = await translateErrors("check", "bucket", () => this.#control.bucketExists());
    if (!found) throw new ObjectStoreError("the bucket is missing", 404);
  }
}
