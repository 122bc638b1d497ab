/** node backup/build.ts FOLDER: bundles the program, with the product's queries beside it. */
import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? source("dist");

await rm(folder, { recursive: true, force: true });
await build({
  entryPoints: { backup: source("main.ts") },
  outdir: folder,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  // Optional parts of pg that are not installed.
  external: ["pg-native", "cloudflare:sockets"],
  // CommonJS packages inside an ES module need a `require` for Node's own modules.
  banner: {
    js: 'import{createRequire as __makeRequire}from"node:module";const require=__makeRequire(import.meta.url);',
  },
});
await cp(source("../app/backup"), `${folder}/queries`, { recursive: true });
