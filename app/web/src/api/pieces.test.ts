import { expect, test } from "vitest";
import { piecesOf } from "./pieces.ts";

async function gather(stream: ReadableStream<string>, until?: string): Promise<string[]> {
  const pieces: string[] = [];
  for await (const piece of piecesOf(stream)) {
    pieces.push(piece);
    if (piece === until) break;
  }
  return pieces;
}

test("gives every piece to the end", async () => {
  const stream = new ReadableStream<string>({
    start(controller) {
      for (const piece of ["a", "b", "c"]) controller.enqueue(piece);
      controller.close();
    },
  });
  expect(await gather(stream)).toEqual(["a", "b", "c"]);
});

test("who stops early ends the stream, so that its connection is not left open", async () => {
  let canceled = false;
  const stream = new ReadableStream<string>({
    pull: (controller) => controller.enqueue("again"),
    cancel: () => {
      canceled = true;
    },
  });
  expect(await gather(stream, "again")).toEqual(["again"]);
  expect(canceled).toBe(true);
});

test("what breaks the stream reaches the reader", async () => {
  const stream = new ReadableStream<string>({
    pull: (controller) => controller.error(new Error("cut")),
  });
  await expect(gather(stream)).rejects.toThrow("cut");
});
