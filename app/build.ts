/** node app/build.ts [folder]: bundles what the image runs, one file a process. */
import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.argv[2] ?? source("dist");

await rm(folder, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: {
    api: source("api/main.ts"),
    worker: source("worker/main.ts"),
    "train-thread": source("adapters/local/train-thread.ts"),
    migrate: source("migrate.ts"),
    health: source("health.ts"),
  },
  outdir: folder,
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node24",
  // Names stay, so that stack traces can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: "none",
  // Optional parts of pg that are not installed.
  external: ["pg-native", "cloudflare:sockets"],
  // CommonJS packages inside an ES module need a `require` for Node's own modules.
  banner: {
    js: 'import{createRequire as __makeRequire}from"node:module";const require=__makeRequire(import.meta.url);',
  },
  metafile: true,
});
await cp(source("migrations"), `${folder}/migrations`, { recursive: true });
for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
  process.stdout.write(`${file}  ${Math.round(bytes / 1024)} KB\n`);
}
