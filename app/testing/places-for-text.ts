interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** One place of one operation where a caller may write text. */
export interface PlaceForText {
  readonly operationId: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly path: string;
  readonly in: "path" | "query" | "header" | "body";
  readonly name: string;
}

/** All places for text of an OpenAPI document: each parameter, and each string of a JSON body. */
export function placesForText(document: Document): PlaceForText[] {
  const stringsOf = (schema: Schema): string[] => {
    const found = schema.$ref ? document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] : schema;
    return Object.entries(found?.properties ?? {}).flatMap(([name, { type }]) =>
      [type].flat().includes("string") ? [name] : [],
    );
  };
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { operationId, parameters = [], requestBody }]) => {
      const json = requestBody?.content["application/json"]?.schema;
      const inBody = json ? stringsOf(json).map((name) => ({ in: "body", name })) : [];
      return [...parameters, ...inBody].map((place) => ({
        operationId,
        method: method.toUpperCase(),
        path,
        in: place.in as PlaceForText["in"],
        name: place.name,
      }));
    }),
  );
}
