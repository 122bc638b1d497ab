import { createRequire } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language, { type ProgramInfo } from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { streaming, unary } from "./answer.ts";
import { type Children, exitCode } from "./children.ts";
import {
  installedPackages,
  installedProviders,
  type Manifest,
  type RequiredProvider,
  readManifest,
  requiredProviders,
} from "./packages.ts";
import { environment, pluginArguments, programArguments, programEnvironment } from "./program.ts";

/** The SDK's run script exits with this code once it has told the user what went wrong. */
const ALREADY_REPORTED = 32;

function infoOf(request: { getInfo(): ProgramInfo | undefined }): ProgramInfo {
  const info = request.getInfo();
  if (!info) throw new Error("the engine sent no program information");
  return info;
}

function providersOf(request: { getInfo(): ProgramInfo | undefined }): RequiredProvider[] {
  const home = process.env.PULUMI_HOME || join(homedir(), ".pulumi");
  const required = requiredProviders(installedPackages(infoOf(request).getProgramDirectory()));
  return installedProviders(required, join(home, "plugins"));
}

/** The calls that tell the engine what there is. */
const descriptions: Partial<ILanguageRuntimeServer> = {
  getPluginInfo: unary(() => {
    const sdk = createRequire(import.meta.url)("@pulumi/pulumi/package.json") as Manifest;
    return new plugin.PluginInfo().setVersion(sdk.version ?? "");
  }),

  getRequiredPackages: unary((request) => {
    const packages = providersOf(request).map(({ name, version, server }) =>
      new plugin.PackageDependency().setKind("resource").setName(name).setVersion(version).setServer(server),
    );
    return new language.GetRequiredPackagesResponse().setPackagesList(packages);
  }),

  getRequiredPlugins: unary((request) => {
    const plugins = providersOf(request).map(({ name, version }) =>
      new plugin.PluginDependency().setKind("resource").setName(name).setVersion(version),
    );
    return new language.GetRequiredPluginsResponse().setPluginsList(plugins);
  }),

  getProgramDependencies: unary((request) => {
    const info = infoOf(request);
    const { dependencies, devDependencies } = readManifest(info.getRootDirectory());
    const direct = new Set(Object.keys({ ...dependencies, ...devDependencies }));
    const found = new Map<string, string>();
    for (const { name, version } of installedPackages(info.getProgramDirectory())) {
      const wanted = request.getTransitivedependencies() || (name !== undefined && direct.has(name));
      if (name && version && wanted && !found.has(name)) found.set(name, version);
    }
    const list = [...found].map(([name, version]) =>
      new language.DependencyInfo().setName(name).setVersion(version),
    );
    return new language.GetProgramDependenciesResponse().setDependenciesList(list);
  }),

  about: unary(() =>
    new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
  ),
  runtimeOptionsPrompts: unary(() => new language.RuntimeOptionsResponse()),
  template: unary(() => new language.TemplateResponse()),
  // The engine cancels the call that runs the program, too.
  cancel: unary(() => new empty.Empty()),
};

/** The language host's calls. Not here: code generation, debugging, other package managers than npm. */
export function languageRuntime(children: Children, firstEngineAddress: string): ILanguageRuntimeServer {
  let engineAddress = firstEngineAddress;
  return {
    ...descriptions,
    ...processes(children, () => engineAddress),
    handshake: unary((request) => {
      engineAddress = request.getEngineAddress();
      return new language.LanguageHandshakeResponse();
    }),
  } as ILanguageRuntimeServer;
}

/** The calls that start programs and plugins. */
function processes(children: Children, engineAddress: () => string): Partial<ILanguageRuntimeServer> {
  return {
    run: unary(async (request, call) => {
      const info = infoOf(request);
      const child = children.start(process.execPath, programArguments(request, info, engineAddress()), {
        env: { ...process.env, ...programEnvironment(request, info) },
        stdio: ["ignore", "inherit", "inherit"],
      });
      call.on("cancelled", () => child.kill());
      const code = await exitCode(child);
      const response = new language.RunResponse();
      if (code === ALREADY_REPORTED) return response.setBail(true);
      return code === 0 ? response : response.setError(`Program exited with non-zero exit code: ${code}`);
    }),

    // When the engine cancels this call, the plugin goes on: the engine has asked it to stop through its own
    // protocol, and waits for what it has begun. Killing it here would lose a half-done create.
    runPlugin: streaming(
      language.RunPluginResponse,
      (request) => {
        const info = infoOf(request);
        return children.start(process.execPath, pluginArguments(request, info), {
          // A policy pack reads its version from the package.json in its working directory.
          cwd: request.getKind() === "analyzer" ? info.getProgramDirectory() : request.getPwd(),
          env: environment(request.getEnvList()),
          stdio: ["ignore", "pipe", "pipe"],
        });
      },
      (code) => new language.RunPluginResponse().setExitcode(code),
    ),

    installDependencies: streaming(
      language.InstallDependenciesResponse,
      (request) =>
        children.start("npm", ["install", "--loglevel=error"], {
          cwd: infoOf(request).getProgramDirectory(),
          stdio: ["ignore", "pipe", "pipe"],
        }),
      (code) => {
        if (code !== 0) throw new Error(`npm install exited with code ${code}`);
        return new language.InstallDependenciesResponse();
      },
    ),
  };
}
