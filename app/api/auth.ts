import { hash, timingSafeEqual } from "node:crypto";
import { Problem } from "../core/problem.ts";
import { routeConfig } from "./route-config.ts";
import type { Api } from "./server.ts";

/** Every route that is not `open` needs one of the tokens. */
export function requireToken(app: Api, tokens: readonly string[]): void {
  const isKnown = tokenCheck(tokens);
  app.addHook("onRequest", (request, _reply, done) => {
    const isWelcome = routeConfig(request).open === true || isKnown(request.headers.authorization);
    done(isWelcome ? undefined : unauthorized());
  });
}

export function unauthorized(): Problem {
  return new Problem(401, "A valid token is needed: Authorization: Bearer <token>.", {
    headers: { "www-authenticate": 'Bearer realm="slipway"' },
  });
}

/** The ways in which clients write their headers are few; one that writes it anew each time fills no memory. */
const WELCOME_MAX = 100;

/**
 * Compares digests of equal length with every token, so the time tells nothing about any. A header that was right is
 * known again without that: whoever sends it has the token already, and one that is nearly right is not found.
 */
export function tokenCheck(tokens: readonly string[]): (authorization: string | undefined) => boolean {
  const digests = tokens.map(digest);
  const welcome = new Set<string>();
  return (authorization = "") => {
    if (welcome.has(authorization)) return true;
    const given = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1];
    if (given === undefined) return false;
    const givenDigest = digest(given);
    const isKnown = digests.reduce((found, known) => timingSafeEqual(known, givenDigest) || found, false);
    if (isKnown && welcome.size < WELCOME_MAX) welcome.add(authorization);
    return isKnown;
  };
}

function digest(token: string): Buffer {
  return hash("sha256", token, "buffer");
}
