import { execa } from "execa";
import { stackObjects } from "../cli/engine-objects.ts";

/** Names of what a stack has on the engine, a list for each kind it has any of. */
export async function objectsOf(namePrefix: string): Promise<Record<string, string[]>> {
  const objects = await stackObjects(namePrefix);
  return Object.fromEntries(
    Object.entries(Object.groupBy(objects, ({ kind }) => kind)).map(([kind, list]) => [
      kind,
      list.map(({ name }) => name),
    ]),
  );
}

/** The image that a service runs, with its digest. */
export async function imageOf(service: string): Promise<string> {
  const format = "{{.Spec.TaskTemplate.ContainerSpec.Image}}";
  return (await execa("docker", ["service", "inspect", "--format", format, service])).stdout;
}
