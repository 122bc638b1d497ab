/** node certificates/build.ts FOLDER: the program as plain JavaScript. It needs no packages, so that is all. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";

const source = import.meta.dirname;
const folder = process.argv[2] ?? join(source, "dist");
const names = readdirSync(source).filter((name) => /^[a-z-]+\.ts$/.test(name) && name !== "build.ts");

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
for (const name of names) {
  const code = stripTypeScriptTypes(readFileSync(join(source, name), "utf8"));
  const javascript = code.replaceAll(/(from\s+"\.\/[a-z-]+)\.ts"/g, '$1.js"');
  writeFileSync(join(folder, name.replace(/\.ts$/, ".js")), javascript);
}
