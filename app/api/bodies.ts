import { isUtf8 } from "node:buffer";
import { Problem } from "../core/problem.ts";
import { countValues, isWellFormed } from "./json-shape.ts";
import type { Api } from "./server.ts";

/** Far more than any body of the contract holds; parsed, 10 MB of brackets would take 300 MB. */
const VALUES_MAX = 10_000;

/** JSON in valid UTF-8, plain or not at all: everything else is a 415 or a 400. */
export function acceptOnlyStrictJson(app: Api): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const bytes = body as Buffer;
    if (!isUtf8(bytes)) return done(new Problem(400, "The body is not valid UTF-8."));
    if (countValues(bytes) > VALUES_MAX) {
      return done(new Problem(400, `The body holds more than ${VALUES_MAX} values.`));
    }
    const text = bytes.toString();
    return parse(request, text, (error, value) => {
      if (error || isWellFormed(text, value)) return done(error, value);
      done(new Problem(400, "The body holds half a character: a surrogate without its other half."));
    });
  });
  app.addHook("onRequest", (request, _reply, done) => {
    const encoding = request.headers["content-encoding"];
    if (encoding === undefined || encoding.toLowerCase() === "identity") return done();
    done(
      new Problem(415, "Send the body without Content-Encoding.", {
        headers: { "accept-encoding": "identity" },
      }),
    );
  });
}
