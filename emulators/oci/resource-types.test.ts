import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RESOURCE_TYPES } from "./resource-types.ts";

describe("resource types", () => {
  const packageDirectory = join(import.meta.dirname, "../../node_modules/@pulumi/oci");
  const FOLDERS: Record<string, string> = { ObjectStorage: "objectstorage" };

  /** The inputs of a type as the package documents them: required ones, and those that may be changed in place. */
  function documented(token: string) {
    const [, module = "", file = ""] = /^oci:(\w+)\/(\w+):/.exec(token) ?? [];
    const folder = FOLDERS[module] ?? module.toLowerCase();
    const text = readFileSync(join(packageDirectory, folder, `${file}.d.ts`), "utf8");
    const args = text.slice(text.search(/^export interface \w+Args \{/m));
    const inputs = [...args.matchAll(/^ {4}(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {4})?(\w+)(\??): /gm)];
    const names = (wanted: (doc: string, optional: string) => boolean) =>
      inputs.filter(([, doc = "", , optional = ""]) => wanted(doc, optional)).map(([, , name = ""]) => name);
    return {
      all: names(() => true).sort(),
      required: names((_doc, optional) => optional === "").sort(),
      updatable: names((doc) => doc.includes("(Updatable)")).sort(),
    };
  }

  test.each(RESOURCE_TYPES.map((type) => [type.token, type] as const))(
    "%s has the package's inputs, requires the same and changes the same in place",
    (token, { required, fixed, updatable }) => {
      const wanted = documented(token);
      // Undocumented for the two default resources, which do change in place.
      if (!/defaultSecurityList|defaultRouteTable/.test(token))
        expect([...updatable].sort()).toEqual(wanted.updatable);
      expect([...fixed, ...updatable].sort()).toEqual(wanted.all);
      expect([...required].sort()).toEqual(wanted.required);
    },
  );
});
