/** node app/build.ts [folder]: bundles what the image runs, one file a process. */
import { fileURLToPath } from "node:url";
import { bundleApp } from "./bundle.ts";

const folder = process.argv[2] ?? fileURLToPath(new URL("dist", import.meta.url));
const { outputs } = await bundleApp(folder);
for (const [file, { bytes }] of Object.entries(outputs)) {
  process.stdout.write(`${file}  ${Math.round(bytes / 1024)} KB\n`);
}
