import { cp, readFile, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";

/** One place of the source to be built otherwise, for tests that have to be able to fail. */
export interface Rewrite {
  /** From this folder, e.g. `worker/worker.ts`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles what the image runs, one file a process, into the folder. */
export async function bundleApp(folder: string, rewrites: readonly Rewrite[] = []): Promise<Metafile> {
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
    plugins: [rewriting(rewrites)],
  });
  await cp(source("migrations"), `${folder}/migrations`, { recursive: true });
  return metafile;
}

/** Puts the rewrites in; one that finds nothing is an error, or a test would test the product as it is. */
function rewriting(rewrites: readonly Rewrite[]): Plugin {
  return {
    name: "rewriting",
    setup({ onLoad }) {
      const changes = Map.groupBy(rewrites, ({ file }) => source(file));
      if (changes.size === 0) return;
      onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const found = changes.get(path);
        if (!found) return undefined;
        return { contents: found.reduce(rewrite, await readFile(path, "utf8")), loader: "ts" };
      });
    },
  };
}

function rewrite(text: string, { file, from, to }: Rewrite): string {
  if (!text.includes(from)) throw new Error(`${file} holds no ${JSON.stringify(from)}`);
  return text.replaceAll(from, to);
}
