import rateLimit, { type FastifyRateLimitStore, normalizeIP } from "@fastify/rate-limit";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { RateWindows } from "../adapters/postgres/rate-windows.ts";
import { Problem } from "../core/problem.ts";
import { isFromBackend } from "./backend-network.ts";
import { describeProblem } from "./errors.ts";
import { routeConfig } from "./route-config.ts";
import type { Api } from "./server.ts";
import type { Services } from "./services.ts";

const WINDOW_MS = 60_000;

type Outcome = Awaited<ReturnType<ReturnType<Api["createRateLimit"]>>>;
type Counted = Extract<Outcome, { isAllowed: false }>;

/**
 * Per client address: so many requests a minute, and fewer on expensive routes, which count for both.
 * The counters are shared by all replicas. With the database away nothing is counted, and nothing works either.
 * What only reads is answered while it is counted, and the answer withheld when it was one too many.
 */
export async function limitRates(app: Api, { rateWindows, settings }: Services): Promise<void> {
  await app.register(rateLimit, { global: false, store: storeOf(rateWindows), skipOnError: true });
  const address = addresses();
  const keyOfAll = (request: FastifyRequest) => `all ${address(request)}`;
  const all = app.createRateLimit({
    max: settings.RATE_LIMIT_REQUESTS_PER_MINUTE,
    timeWindow: WINDOW_MS,
    keyGenerator: keyOfAll,
  });
  const expensive = app.createRateLimit({
    max: settings.RATE_LIMIT_EXPENSIVE_REQUESTS_PER_MINUTE,
    timeWindow: WINDOW_MS,
    keyGenerator: (request) => `expensive ${address(request)}`,
  });
  const count = async (request: FastifyRequest): Promise<Outcome[]> =>
    routeConfig(request).expensive === true
      ? Promise.all([all(request), expensive(request)])
      : [await all(request)];
  app.decorateRequest("counting", null);
  app.addHook("onRequest", (request, reply, done) => {
    if (isUncounted(request)) return done();
    const counting = count(request);
    // A client that floods us costs no query more than the first that was refused.
    if (routeConfig(request).readsOnly !== true || rateWindows.isExceeded(keyOfAll(request))) {
      decide(counting, reply, (refusal) => done(refusal));
      return;
    }
    request.counting = counting;
    counting.catch(() => {});
    done();
  });
  app.addHook("onSend", (request, reply, payload, done) => {
    const { counting } = request;
    if (counting === null) return done(null, payload);
    decide(counting, reply, (refusal) =>
      done(null, refusal instanceof Problem ? describeProblem(refusal, request, reply) : payload),
    );
  });
}

const ADDRESSES_MAX = 1_000;
/** As long as an IPv6 address can be: what a proxy passes on may be any text. */
const ADDRESS_LENGTH_MAX = 45;

/** A request's client as its limit knows it. Working it out takes a regular expression of a kilobyte, so it is kept. */
function addresses(): (request: FastifyRequest) => string {
  const known = new Map<string, string>();
  return ({ ip }) => {
    if (ip.length > ADDRESS_LENGTH_MAX) return normalizeIP(ip);
    let address = known.get(ip);
    if (address === undefined) {
      address = normalizeIP(ip);
      if (known.size >= ADDRESSES_MAX) known.clear();
      known.set(ip, address);
    }
    return address;
  };
}

/** Shows what is left, or refuses. */
function decide(counting: Promise<Outcome[]>, reply: FastifyReply, done: (refusal?: Error) => void): void {
  counting.then((outcomes) => done(announce(outcomes.filter(isCounted), reply)), done);
}

/** Scrapes from the backend network: whoever asks for metrics through the edge may be guessing tokens. */
function isUncounted(request: FastifyRequest): boolean {
  return routeConfig(request).scrape === true && isFromBackend(request);
}

function isCounted(outcome: Outcome): outcome is Counted {
  return !outcome.isAllowed;
}

/** Shows the limit that is nearest; the refusal when one is exceeded. */
function announce(outcomes: readonly Counted[], reply: FastifyReply): Problem | undefined {
  const nearest = outcomes.reduce((a, b) => (b.isExceeded || b.remaining < a.remaining ? b : a));
  const reset = Math.max(1, nearest.ttlInSeconds);
  reply.header("ratelimit-limit", nearest.max);
  reply.header("ratelimit-remaining", nearest.remaining);
  reply.header("ratelimit-reset", reset);
  if (!outcomes.some(({ isExceeded }) => isExceeded)) return undefined;
  return new Problem(
    429,
    `Too many requests: at most ${nearest.max} a minute here. Try again in ${reset} s.`,
    {
      headers: { "retry-after": String(reset) },
    },
  );
}

/** The plugin wants a class it can make itself; all instances count in the same windows. */
function storeOf(windows: RateWindows) {
  return class Store implements FastifyRateLimitStore {
    incr(
      key: string,
      done: (error: Error | null, result?: { current: number; ttl: number }) => void,
      _timeWindow?: number,
      max = Number.POSITIVE_INFINITY,
    ): void {
      windows.hit(key, max).then((window) => done(null, window), done);
    }

    child(): FastifyRateLimitStore {
      return this;
    }
  };
}

declare module "fastify" {
  interface FastifyRequest {
    /** The count of this request, where its answer is made meanwhile. */
    counting: Promise<Outcome[]> | null;
  }
}
