import { hash, timingSafeEqual } from "node:crypto";
import { Problem } from "../core/problem.ts";
import type { Api } from "./server.ts";

/** Every route that is not `open` needs one of the tokens. */
export function requireToken(app: Api, tokens: readonly string[]): void {
  const isKnown = tokenCheck(tokens);
  app.addHook("onRequest", (request, _reply, done) => {
    const isWelcome = request.routeOptions.config.open === true || isKnown(request.headers.authorization);
    done(isWelcome ? undefined : unauthorized());
  });
}

export function unauthorized(): Problem {
  return new Problem(401, "A valid token is needed: Authorization: Bearer <token>.", {
    headers: { "www-authenticate": 'Bearer realm="slipway"' },
  });
}

/** Compares digests of equal length with every token, so the time tells nothing about any. */
export function tokenCheck(tokens: readonly string[]): (authorization: string | undefined) => boolean {
  const digests = tokens.map(digest);
  return (authorization) => {
    const given = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization ?? "")?.[1];
    if (given === undefined) return false;
    const givenDigest = digest(given);
    return digests.reduce((found, known) => timingSafeEqual(known, givenDigest) || found, false);
  };
}

function digest(token: string): Buffer {
  return hash("sha256", token, "buffer");
}
