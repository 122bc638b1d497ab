/** The pieces of a stream as they come. Not every browser can iterate over one by itself (Safari before 26.4). */
export async function* piecesOf<Piece>(stream: ReadableStream<Piece>): AsyncGenerator<Piece> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    // Who stops early wants no more of it; after an error there is nothing left to cancel.
    await reader.cancel().catch(() => {});
  }
}
