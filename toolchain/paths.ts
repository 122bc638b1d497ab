import { join } from "node:path";

/** Where everything lies that Slipway makes on this machine for one checkout. All of it is git-ignored. */
export interface ToolchainPaths {
  root: string;
  home: string;
  bin: string;
  pulumiHome: string;
  cache: string;
  logs: string;
  engineRecord: string;
  record: string;
}

/** The paths of a checkout. `SLIPWAY_CACHE_DIR` lets several checkouts share what was built. */
export function toolchainPaths(root: string, environment = process.env): ToolchainPaths {
  const home = join(root, ".slipway");
  return {
    root,
    home,
    bin: join(home, "bin"),
    pulumiHome: join(home, "pulumi"),
    cache: environment.SLIPWAY_CACHE_DIR || join(home, "cache"),
    logs: join(home, "logs"),
    engineRecord: join(home, "engine.json"),
    record: join(home, "toolchain.json"),
  };
}
