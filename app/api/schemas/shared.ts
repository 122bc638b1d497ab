import { type Static, type TSchema, Type } from "typebox";
import { ID_PATTERN } from "../../core/id.ts";

/** Points at a schema registered by its `$id`, keeping its static type. */
export function ref<Schema extends TSchema & { readonly $id?: string }>(schema: Schema) {
  return Type.Unsafe<Static<Schema>>({ $ref: `${schema.$id}#` });
}

export const Id = Type.String({ pattern: ID_PATTERN, description: "UUIDv7" });
export const Time = Type.String({ format: "date-time", description: "RFC 3339, UTC" });

/** The type or null, as `type: [t, "null"]`: an `anyOf` would be validated again while serialising. */
export function nullable<Schema extends TSchema & { readonly type: string }>(schema: Schema) {
  return Type.Unsafe<Static<Schema> | null>({ ...schema, type: [schema.type, "null"] });
}

/** One of the strings. */
export function choice<const Values extends readonly string[]>(values: Values, options: object = {}) {
  return Type.Unsafe<Values[number]>({ type: "string", enum: [...values], ...options });
}

/** What the caller may leave out and the handler always has: validation fills in the default. */
export function defaulted<Schema extends TSchema>(schema: Schema): Schema {
  return Type.Optional(schema) as unknown as Schema;
}

/** Letters, digits and a few marks, starting with a letter or digit: safe in a file name and on a page. */
export const Name = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: "^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N} ._()+-]*$",
});

export const IdParams = Type.Object({ id: Id });

/** Unknown names are faults: a misspelt filter would show everything. */
export const STRICT = { additionalProperties: false } as const;

export const PageQuery = Type.Object(
  {
    limit: defaulted(Type.Integer({ minimum: 1, maximum: 100, default: 20 })),
    cursor: Type.Optional(
      Type.String({ pattern: ID_PATTERN, description: "`next_cursor` of the page before" }),
    ),
  },
  STRICT,
);

export function pageOf<Schema extends TSchema & { readonly $id?: string }>(id: string, schema: Schema) {
  return Type.Object({ items: Type.Array(ref(schema)), next_cursor: nullable(Type.String()) }, { $id: id });
}

export const ProblemSchema = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String(),
    request_id: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  },
  { $id: "Problem", description: "RFC 9457" },
);

const problemContent = { "application/problem+json": { schema: ref(ProblemSchema) } };

/** The error answers every operation may give. */
export const problemResponses = {
  "4xx": { description: "The request cannot be served as it is", content: problemContent },
  "5xx": { description: "The service cannot serve now; see Retry-After", content: problemContent },
};
