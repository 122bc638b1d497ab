import { constants } from "node:zlib";
import compress from "@fastify/compress";
import cors from "@fastify/cors";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import underPressure from "@fastify/under-pressure";
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { newId } from "../core/id.ts";
import { unavailable } from "../core/problem.ts";
import { requireToken } from "./auth.ts";
import { acceptOnlyStrictJson } from "./bodies.ts";
import {
  answerBrokenRequest,
  answerUnknownAddresses,
  answerUnroutable,
  answerWithProblems,
} from "./errors.ts";
import { limitHeldBodies } from "./held-bodies.ts";
import { collectMethods, refuseUnknownMethods } from "./methods.ts";
import { documentRoutes } from "./openapi.ts";
import { limitRates } from "./rate-limits.ts";
import { recordRequests } from "./request-log.ts";
import { isProbe, rememberRouteConfig } from "./route-config.ts";
import { registerProbes, registerRoutes } from "./routes.ts";
import { securityHeaders } from "./security-headers.ts";
import type { Services } from "./services.ts";
import { useStrictValidation } from "./validation.ts";

/** A Fastify server whose request and answer types come from the route schemas. */
export type Api = FastifyInstance<
  import("fastify").RawServerDefault,
  import("node:http").IncomingMessage,
  import("node:http").ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

const MEGABYTE = 1024 * 1024;
/** The whole request, body included: 10 MB within it needs about 1.4 Mbit/s. */
const REQUEST_TIMEOUT_MS = 60_000;
const HEADERS_TIMEOUT_MS = 15_000;
/** Longer than the edge keeps idle connections, so that it is never the server that closes first. */
const KEEP_ALIVE_TIMEOUT_MS = 75_000;
const EVENT_LOOP_DELAY_MAX_MS = 1_500;
/** The first samples of the delay tell of this process's own start, which is no overload. */
const STARTING_MS = 3_000;

/** Builds the API; it does not listen yet. */
export async function buildApi(services: Services): Promise<Api> {
  const { settings } = services;
  const app: Api = Fastify({
    loggerInstance: services.logger as FastifyBaseLogger,
    childLoggerFactory: (logger) => logger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: (request) => givenRequestId(request.headers["x-request-id"]) ?? newId(),
    trustProxy: settings.TRUSTED_PROXIES.length > 0 ? [...settings.TRUSTED_PROXIES] : false,
    bodyLimit: settings.MAX_REQUEST_SIZE_MB * MEGABYTE,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: 2_000 },
    forceCloseConnections: "idle",
    return503OnClosing: false,
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: answerUnroutable,
    routerOptions: { maxParamLength: 200 },
  }).withTypeProvider<TypeBoxTypeProvider>();
  useStrictValidation(app);
  answerWithProblems(app);
  rememberRouteConfig(app);
  greet(app, services);
  recordRequests(app, services);
  await allowOrigins(app, services);
  await documentRoutes(app, settings.APP_VERSION);
  collectMethods(app);
  registerProbes(app, services);
  await app.register(async (scope) => guard(scope as Api, services));
  return app;
}

/** All but the probes, which need no token, have no body and are answered, uncounted, whatever state we are in. */
async function guard(app: Api, services: Services): Promise<void> {
  const { settings } = services;
  await compressAnswers(app);
  await shedLoad(app);
  await limitRates(app, services);
  requireToken(app, settings.API_TOKENS);
  acceptOnlyStrictJson(app);
  limitHeldBodies(app, settings.MAX_REQUEST_SIZE_MB * MEGABYTE);
  await registerRoutes(app, services);
  answerUnknownAddresses(app);
  refuseUnknownMethods(app);
}

/** What every answer carries, and what a replica that leaves says. */
function greet(app: Api, { lifecycle }: Services): void {
  const headers = securityHeaders();
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers(headers).header("x-request-id", request.id);
    if (lifecycle.state === "serving") return done();
    reply.header("connection", "close");
    const refused = lifecycle.state === "closing" && !isProbe(request);
    done(refused ? unavailable("This replica is shutting down.") : undefined);
  });
}

async function allowOrigins(app: Api, { settings }: Services): Promise<void> {
  await app.register(cors, {
    origin: [...settings.ALLOWED_ORIGINS],
    methods: ["GET", "POST", "PUT", "DELETE"],
    allowedHeaders: ["Content-Type", "Authorization", "Idempotency-Key"],
    exposedHeaders: "Content-Length, X-Request-Id",
    credentials: true,
    maxAge: 12 * 3_600,
    // An OPTIONS that is no preflight is told the same.
    strictPreflight: false,
  });
}

async function compressAnswers(app: Api): Promise<void> {
  await app.register(compress, {
    global: true,
    // Bodies come without Content-Encoding.
    globalDecompression: false,
    threshold: 1_024,
    encodings: ["br", "gzip"],
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } },
  });
}

async function shedLoad(app: Api): Promise<void> {
  let startedAt = performance.now();
  app.addHook("onListen", async () => {
    startedAt = performance.now();
  });
  await app.register(underPressure, {
    maxEventLoopDelay: EVENT_LOOP_DELAY_MAX_MS,
    pressureHandler: (request) => {
      if (isProbe(request) || performance.now() - startedAt < STARTING_MS) return;
      throw unavailable("The service is overloaded.", undefined, 2);
    },
  });
}

function givenRequestId(header: string | string[] | undefined): string | undefined {
  return typeof header === "string" && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;
}
