import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { COMPONENTS } from "./schemas/components.ts";
import type { Api } from "./server.ts";

const shared = { useDefaults: true, allErrors: false, strict: false, unicodeRegExp: true } as const;

/** Bodies are taken as they are; only texts of URL and headers are turned into numbers. Unknown fields are faults. */
export function useStrictValidation(app: Api): void {
  const body = new Ajv(shared);
  const text = new Ajv({ ...shared, coerceTypes: true });
  for (const ajv of [body, text]) {
    addFormatsModule.default(ajv);
    for (const schema of COMPONENTS) ajv.addSchema(schema);
  }
  const compile: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) =>
    (httpPart === "body" ? body : text).compile(schema);
  app.setValidatorCompiler(compile);
}
