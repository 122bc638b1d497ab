import { relative, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { stackNamed } from "./stack-table.ts";

/** What Pulumi runs: the program of the stack that it was asked for. Its result are the stack's outputs. */
// biome-ignore lint/style/noDefaultExport: the function that Pulumi runs is a program's default export.
export default async function program(): Promise<Record<string, unknown>> {
  // Pulumi maps every stack trace through source maps, and takes one for each resource: 0.4 s a run, for a program
  // that Node runs as it is written.
  Reflect.deleteProperty(Error, "prepareStackTrace");
  const run = stackNamed(pulumi.getStack());
  // From here, and not from the disk's root: what the state keeps is then the same for every checkout of every operator.
  return run({ root: relative(process.cwd(), resolve(import.meta.dirname, "..")), env: process.env });
}
