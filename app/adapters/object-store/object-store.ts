import { Readable } from "node:stream";
import { S3mini } from "s3mini";
import { ObjectStoreError, translateErrors } from "./errors.ts";

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
  readonly #transfer: S3mini;
  readonly #public: S3mini;

  constructor(options: ObjectStoreOptions) {
    const own = `${options.useTls ? "https" : "http"}://${options.endpoint}`;
    const shared = {
      accessKeyId: options.user,
      secretAccessKey: options.password,
      region: options.region,
      fetch: fetchStreaming,
    };
    this.#transfer = new S3mini({ ...shared, endpoint: `${own}/${options.bucket}` });
    this.#control = new S3mini({
      ...shared,
      endpoint: `${own}/${options.bucket}`,
      requestAbortTimeout: CONTROL_TIMEOUT_MS,
    });
    this.#public = new S3mini({ ...shared, endpoint: `${options.publicUrl || own}/${options.bucket}` });
  }

  /** Stores the whole content or nothing: a stream that ends early or fails leaves no object. */
  async put(key: string, content: Buffer | Readable, bytes: number, contentType: string): Promise<void> {
    await translateErrors("store", key, async () => {
      const body = Buffer.isBuffer(content) ? content : (Readable.toWeb(content) as ReadableStream);
      const response = await this.#transfer.putObject(key, body, contentType, undefined, undefined, bytes);
      await response.body?.cancel();
    });
  }

  /** Opens the object, or the bytes from `first` to `last` inclusive. */
  async get(key: string, range?: { first: number; last: number }): Promise<Readable> {
    return translateErrors("read", key, async () => {
      const response = range
        ? await this.#transfer.getObjectRaw(key, false, range.first, range.last + 1)
        : await this.#transfer.getObjectRaw(key);
      if (!response.body) throw new ObjectStoreError(`read ${key}: an answer without content`, 502);
      return Readable.fromWeb(response.body as never);
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

/** A streamed request body needs `duplex`, which S3 clients written for browsers leave out. */
const fetchStreaming: typeof fetch = (input, init) =>
  fetch(input, init?.body instanceof ReadableStream ? ({ ...init, duplex: "half" } as RequestInit) : init);
