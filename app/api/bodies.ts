import { isUtf8 } from "node:buffer";
import { Problem } from "../core/problem.ts";
import type { Api } from "./server.ts";

/** JSON in valid UTF-8, plain or not at all: everything else is a 415 or a 400. */
export function acceptOnlyStrictJson(app: Api): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    if (!isUtf8(body as Buffer)) return done(new Problem(400, "The body is not valid UTF-8."));
    return parse(request, body.toString(), done);
  });
  app.addHook("onRequest", async (request) => {
    const encoding = request.headers["content-encoding"];
    if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
      throw new Problem(415, "Send the body without Content-Encoding.", {
        headers: { "accept-encoding": "identity" },
      });
    }
  });
}
