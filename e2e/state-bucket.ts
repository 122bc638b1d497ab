import { ObjectStore } from "../app/adapters/object-store/object-store.ts";
import { startObjectStore } from "../app/testing/object-store.ts";

/** A bucket of an S3 service that belongs to no stack. */
export type StateBucket = {
  /** The service's address. */
  url: string;
  accessKey: string;
  secretKey: string;
  /** The paths of all that is in it. */
  list(): Promise<string[]>;
  remove(): void;
};

/** Makes an empty one, in an object store of its own. */
export async function stateBucket(bucket: string): Promise<StateBucket> {
  const server = await startObjectStore();
  const { endpoint, user, password } = server;
  const options = {
    endpoint,
    user,
    password,
    bucket,
    useTls: false,
    region: "eu-frankfurt-1",
    publicUrl: "",
  };
  const store = new ObjectStore(options);
  await store.ensureBucket();
  return {
    ...{ url: `http://${endpoint}`, accessKey: user, secretKey: password },
    list: async () => (await Array.fromAsync(store.list(""))).map(({ key }) => key),
    remove: () => server.remove(),
  };
}
