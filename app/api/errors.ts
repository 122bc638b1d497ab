import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { ObjectStoreError } from "../adapters/object-store/errors.ts";
import { isOutage } from "../adapters/postgres/outage.ts";
import { ContentBrokeOff } from "../core/content.ts";
import { DatasetError } from "../core/dataset-error.ts";
import { newId } from "../core/id.ts";
import { Problem, problemBody, unavailable } from "../core/problem.ts";
import type { Api } from "./server.ts";

const LINGER_BYTES_MAX = 100 * 1024 * 1024;

/** Every error answer is a problem document; what the caller may not know goes to the log alone. */
export function answerWithProblems(app: Api): void {
  app.setErrorHandler(sendError);
}

export function answerUnknownAddresses(app: Api): void {
  app.setNotFoundHandler((request, reply) => {
    sendError(new Problem(404, "There is nothing at this address."), request, reply);
  });
}

export function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = hasBrokenOff(error, request) ? new Problem(400, "The body broke off.") : toProblem(error);
  if (problem.statusCode >= 500) {
    // Load that is turned away on purpose is no fault to be found.
    const level = problem.statusCode === 503 && problem.cause === undefined ? "warn" : "error";
    request.log[level]({ request_id: request.id, err: problem.cause ?? error }, problem.message);
  }
  if (problem.statusCode === 413) linger(request, reply);
  reply.serializer(String).send(describeProblem(problem, request, reply));
}

/** Makes the answer that is not sent yet the problem's; returns its body. */
export function describeProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): string {
  reply.code(problem.statusCode).headers(problem.headers).type("application/problem+json; charset=utf-8");
  return JSON.stringify(problemBody(problem, pathOf(request), request.id));
}

/** The rest of a body that is a little too large is read and dropped: closed at once, its sender would see no answer. */
function linger(request: FastifyRequest, reply: FastifyReply): void {
  if (Number(request.headers["content-length"] ?? 0) > LINGER_BYTES_MAX) return;
  reply.removeHeader("connection");
  request.raw.resume();
}

/** Nobody reads this answer, but it is the caller's fault and not counted as ours. */
function hasBrokenOff(error: unknown, { raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete && (error as { code?: unknown }).code === "ECONNRESET";
}

export function pathOf(request: FastifyRequest): string {
  const end = request.url.indexOf("?");
  return end === -1 ? request.url : request.url.slice(0, end);
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DatasetError) {
    const fault = { path: `line ${error.line}`, message: error.reason };
    return new Problem(422, `The content does not fit its format: ${error.message}.`, { errors: [fault] });
  }
  if (error instanceof ObjectStoreError || error instanceof ContentBrokeOff)
    return unavailable("The object store cannot be reached now.", error);
  if (isOutage(error)) return unavailable("The database cannot be reached now.", error);
  return fromFastify(error as Partial<FastifyError>);
}

/** Faults that Fastify itself finds: bodies, schemas, lengths, media types. */
function fromFastify(error: Partial<FastifyError>): Problem {
  if (error.validation) {
    const errors = error.validation.map((fault) => ({
      path: `${error.validationContext ?? "body"}${fault.instancePath}`,
      message: fault.message ?? "is not valid",
    }));
    return new Problem(400, `The request is not valid: ${errors[0]?.path} ${errors[0]?.message}.`, {
      errors,
    });
  }
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return new Problem(status, CLIENT_FAULTS[status] ?? "The request is not valid.");
  if (status === 503) return unavailable("The service cannot answer now.", error);
  return new Problem(500, "Something went wrong on our side.", { cause: error });
}

const CLIENT_FAULTS: Readonly<Record<number, string>> = {
  400: "The body is not valid JSON or does not have the announced length.",
  413: "The body is larger than allowed.",
  415: "Send the body as application/json.",
};

/** The address cannot be read, so no hook has run: says the id here, and counts nothing. */
export function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  reply.header("x-request-id", request.id);
  sendError(
    new Problem(error.statusCode === 414 ? 414 : 400, "This address cannot be read."),
    request,
    reply,
  );
}

/** Node's parser gave up before there was a request: answer on the bare socket, unless an answer is under way on it. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable || isAnswering(socket)) {
    socket.destroy();
    return;
  }
  const requestId = newId();
  const body = JSON.stringify(problemBody(brokenRequest(error.code), "", requestId));
  const status = brokenRequest(error.code).statusCode;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Content-Type: application/problem+json; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-Id: ${requestId}`,
    "Connection: close",
  ];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Node keeps the answer that a connection carries under this name, and looks at it for the same reason. */
function isAnswering(socket: Socket & { _httpMessage?: { headersSent: boolean } | null }): boolean {
  return socket._httpMessage?.headersSent === true;
}

function brokenRequest(code: string | undefined): Problem {
  if (code === "HPE_HEADER_OVERFLOW") return new Problem(431, "The header fields are larger than 16 KB.");
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return new Problem(408, "The request did not arrive in time.");
  return new Problem(400, "This is not a valid HTTP request.");
}
