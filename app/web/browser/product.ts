import { localExecutor } from "../../adapters/local/executor.ts";
import { createStack, type TestStack } from "../../testing/stack.ts";
import { type Edge, startEdge } from "./edge.ts";
import { type Frontend, startFrontend } from "./frontend.ts";

/** The whole product on this machine: real API, worker, database, object store and page behind one address. */
export interface Product {
  readonly url: string;
  readonly stack: TestStack;
  remove(): Promise<void>;
}

export async function startProduct(): Promise<Product> {
  const frontend: Frontend = await startFrontend();
  const stack = await createStack();
  let apiUrl = "";
  const { MINIO_ENDPOINT, MINIO_BUCKET } = stack.settings();
  const edge: Edge = await startEdge(() => [
    ["/api/", apiUrl],
    [`/${MINIO_BUCKET}/`, `http://${MINIO_ENDPOINT}`],
    ["/", frontend.url],
  ]);
  const api = await stack.startApi({ MINIO_PUBLIC_URL: edge.url });
  apiUrl = api.url.replace("0.0.0.0", "127.0.0.1");
  await stack.startWorker([localExecutor()]);
  return {
    url: edge.url,
    stack,
    async remove() {
      await edge.stop();
      await stack.remove();
      frontend.remove();
    },
  };
}
