import type { FastifyRequest } from "fastify";
import { Problem, unavailable } from "../core/problem.ts";
import { routeConfig } from "./route-config.ts";
import type { Api } from "./server.ts";

/** Smaller ones are free: all of the contract's are, and rate limits bound their number. */
const SMALL_BYTES = 64 * 1024;
/** Two of the largest. Held as pieces, whole and as text, they take three times as much of a container's 256 MB. */
const HELD_BYTES_MAX = 24 * 1024 * 1024;

/** Bodies that are held in memory as a whole may take so much at once; who comes then is asked to come later. */
export function limitHeldBodies(app: Api, bodyBytesMax: number): void {
  let heldBytes = 0;
  app.addHook("onRequest", (request, reply, done) => {
    const bytes = bytesToHold(request, bodyBytesMax);
    if (bytes <= SMALL_BYTES) return done();
    // It ended while an earlier hook waited for the database, and will not say so again.
    if (reply.raw.closed) return done(new Problem(400, "The body broke off."));
    if (heldBytes + bytes > HELD_BYTES_MAX) {
      return done(unavailable("Too many large bodies are under way.", undefined, 1));
    }
    heldBytes += bytes;
    // Comes once in any case: answered, broken off by the caller, or refused by Node's parser.
    reply.raw.once("close", () => {
      heldBytes -= bytes;
    });
    done();
  });
}

/** A streamed body is held only where its length is not announced; one over the limit is refused unread. */
function bytesToHold(request: FastifyRequest, bodyBytesMax: number): number {
  const { headers } = request;
  if (headers["transfer-encoding"] !== undefined) return bodyBytesMax;
  const announced = Number(headers["content-length"] ?? 0);
  return routeConfig(request).streamed === true || announced > bodyBytesMax ? 0 : announced;
}
