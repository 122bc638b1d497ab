import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { ProgramInfo, RunPluginRequest, RunRequest } from "@pulumi/pulumi/proto/language_pb.js";
import { readManifest } from "./packages.ts";

type RuntimeOptions = { typescript?: boolean; nodeargs?: string };

function runtimeOptions(info: ProgramInfo): RuntimeOptions {
  return info.getOptions()?.toJavaScript() ?? {};
}

function nodeArguments(info: ProgramInfo): string[] {
  return runtimeOptions(info).nodeargs?.split(/\s+/).filter(Boolean) ?? [];
}

/** The path of a script in the copy of the SDK that the user's own code would import. */
function sdkScript(info: ProgramInfo, name: string): string {
  return createRequire(join(info.getProgramDirectory(), "package.json")).resolve(
    `@pulumi/pulumi/cmd/${name}`,
  );
}

/** Node's arguments that run a program through the SDK's run script. */
export function programArguments(request: RunRequest, info: ProgramInfo, engineAddress: string): string[] {
  const flags = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info.getRootDirectory(),
    stack: request.getStack(),
    pwd: request.getPwd(),
    parallel: String(request.getParallel()),
  };
  return [
    ...nodeArguments(info),
    sdkScript(info, "run"),
    ...Object.entries(flags).flatMap(([name, value]) => (value ? [`--${name}`, value] : [])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info.getEntryPoint(),
    ...request.getArgsList(),
  ];
}

/** What a program's environment has beyond the host's own: the stack's settings, secrets in clear. */
export function programEnvironment(request: RunRequest, info: ProgramInfo): Record<string, string> {
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().getEntryList())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(runtimeOptions(info).typescript !== false),
  };
}

/** The file in a plugin's directory to run: Node by itself would not look for index.ts. */
function entryFile(directory: string): string {
  const index = existsSync(join(directory, "index.ts")) ? "index.ts" : "index.js";
  return join(directory, readManifest(directory).main ?? index);
}

/** Node's arguments for a plugin: the SDK's scripts need ts-node, so with `typescript: false` Node loads it by itself. */
export function pluginArguments(request: RunPluginRequest, info: ProgramInfo): string[] {
  const directory = info.getProgramDirectory();
  const args = request.getArgsList();
  if (runtimeOptions(info).typescript === false) {
    return [...nodeArguments(info), entryFile(directory), ...args];
  }
  return request.getKind() === "analyzer"
    ? [...nodeArguments(info), sdkScript(info, "run-policy-pack"), ...args, directory]
    : [...nodeArguments(info), sdkScript(info, "run-plugin"), directory, ...args];
}

/** The environment, from its entries in the form NAME=value. */
export function environment(entries: string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s, 2)));
}
