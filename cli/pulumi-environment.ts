import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { projectDirectory, projectNamesBackend } from "./pulumi-project.ts";

export interface PulumiEnvironmentInput {
  /** The checkout's root directory. */
  root: string;
  args: readonly string[];
  cwd: string;
  environment: NodeJS.ProcessEnv;
}

/**
 * The real CLI's environment: our home, Node and update settings, and, only where the user has chosen no backend by
 * environment, `pulumi login` or Pulumi.yaml, the state and the passphrase that are embedded in the checkout.
 */
export function pulumiEnvironment(input: PulumiEnvironmentInput): NodeJS.ProcessEnv {
  const { root, environment } = input;
  const home = join(root, ".slipway");
  const pulumiHome = environment.PULUMI_HOME || join(home, "pulumi");
  const path = [join(home, "bin"), join(root, "node_modules", ".bin"), environment.PATH ?? ""];
  return {
    PULUMI_SKIP_UPDATE_CHECK: "true",
    NODE_COMPILE_CACHE: join(home, "compile-cache"),
    ...environment,
    PATH: path.join(delimiter),
    PULUMI_HOME: pulumiHome,
    ...(hasChosenBackend(input, pulumiHome) ? {} : embeddedBackend(home, environment)),
  };
}

function hasChosenBackend(input: PulumiEnvironmentInput, pulumiHome: string): boolean {
  if (input.environment.PULUMI_BACKEND_URL) return true;
  if (isLoggedIn(input.environment.PULUMI_CREDENTIALS_PATH || pulumiHome)) return true;
  const project = projectDirectory(input.args, input.cwd);
  return project !== undefined && projectNamesBackend(project);
}

/** Whether `pulumi login` has chosen a backend in a Pulumi home. */
function isLoggedIn(pulumiHome: string): boolean {
  const file = join(pulumiHome, "credentials.json");
  if (!existsSync(file)) return false;
  const { current } = JSON.parse(readFileSync(file, "utf8")) as { current?: string };
  return Boolean(current);
}

function embeddedBackend(home: string, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const state = join(home, "state");
  mkdirSync(state, { recursive: true });
  const ownPassphrase =
    "PULUMI_CONFIG_PASSPHRASE" in environment || environment.PULUMI_CONFIG_PASSPHRASE_FILE;
  return {
    // Without the files of attributes beside each file, which are not written whole or not at all: after a kill an
    // empty one makes the state unreadable ("failed to load checkpoint: EOF").
    PULUMI_BACKEND_URL: `file://${state}?metadata=skip`,
    ...(ownPassphrase ? {} : { PULUMI_CONFIG_PASSPHRASE_FILE: ensurePassphrase(join(home, "passphrase")) }),
  };
}

/** The file with the embedded state's passphrase; made once, readable by its owner alone, the same for racing runs. */
export function ensurePassphrase(file: string): string {
  if (existsSync(file)) return file;
  const own = `${file}.${process.pid}`;
  writeFileSync(own, randomBytes(32).toString("base64url"), { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(own);
  }
  return file;
}
