import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";

/** The edge always adds X-Forwarded-For; a scraper on the backend network never does. */
export function isFromBackend(request: FastifyRequest): boolean {
  return request.headers["x-forwarded-for"] === undefined && isPrivate(request.socket.remoteAddress ?? "");
}

/** Loopback, RFC 1918 and unique local addresses. */
export function isPrivate(address: string): boolean {
  const plain = address.replace(/^::ffff:/i, "");
  if (isIP(plain) === 6) return plain === "::1" || /^f[cd]/i.test(plain);
  return /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.)/.test(plain);
}
