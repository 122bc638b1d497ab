/** The one name of a stack's registry, as a resource and in the engine. */
export const REGISTRY_NAME = "registry";

/** Where a registry with these settings listens: host and port, as images' names begin with. */
export function registryAddress({ port }: { port: number }): string {
  return `127.0.0.1:${port}`;
}
