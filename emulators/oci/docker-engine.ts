import { ExecaError, execa } from "execa";

export type DockerOptions = {
  input?: string;
  /** Added to the environment. */
  env?: Record<string, string>;
};

/** Runs Docker's client on this machine's engine. Resolves with what it prints; throws with its own words. */
export async function docker(args: readonly string[], options: DockerOptions = {}): Promise<string> {
  try {
    return (await execa("docker", [...args], options)).stdout;
  } catch (error) {
    const words = error instanceof ExecaError ? String(error.stderr || error.shortMessage) : String(error);
    throw new Error(`docker ${args.slice(0, 3).join(" ")}: ${words.trim()}`);
  }
}

/** Whether something of this name is there: `container`, `network`, `image`. */
export async function isThere(kind: string, name: string): Promise<boolean> {
  return docker([kind, "inspect", name]).then(
    () => true,
    () => false,
  );
}
