import { renderStatus, toolchainStatus } from "../toolchain/status.ts";

/** Shows the tools and base images of this checkout and where each was taken from. Changes nothing. */
export async function toolchain(root: string, { json }: { json: boolean }): Promise<number> {
  const status = await toolchainStatus(root);
  process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : renderStatus(status));
  return 0;
}
