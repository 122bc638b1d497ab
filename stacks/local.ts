import * as pulumi from "@pulumi/pulumi";
import { readBaseImages } from "../infra/swarm/base-images.ts";
import { ensureExtraAuthority } from "../infra/swarm/build-authority.ts";
import { checkEngine } from "../infra/swarm/check-engine.ts";
import { engineProvider } from "../infra/swarm/engine.ts";
import { LOCAL_ENGINE } from "../infra/swarm/engine-api.ts";
import { registryAddress } from "../infra/swarm/registry-address.ts";
import { appVersion } from "./app-version.ts";
import { containerStack } from "./container-stack.ts";
import { readConfig, settingsFile } from "./read-config.ts";
import { readRollback, withRecorded } from "./rollback.ts";
import { CONTAINER_SECRETS, ContainerSettings, OFFSITE_SECRETS } from "./settings.ts";
import type { StackContext } from "./stack-context.ts";

/** This machine: everything in containers of its own Docker engine, a swarm of one. */
export async function local({ root, env }: StackContext) {
  const rollback = readRollback(env);
  const { settings: own, secrets } = await readConfig({
    root,
    schema: ContainerSettings,
    secretNames: CONTAINER_SECRETS,
    optionalSecretNames: OFFSITE_SECRETS,
  });
  const settings = withRecorded(ContainerSettings, own, rollback);
  const engineHost = env.DOCKER_HOST || LOCAL_ENGINE;
  await checkEngine({
    host: engineHost,
    scope: { prefix: settings.namePrefix },
    file: settingsFile(),
    ports: [
      { setting: "edge/httpPort", port: settings.edge.httpPort },
      { setting: "registry/port", port: settings.registry.port },
    ],
  });
  const baseImages = readBaseImages(root);
  ensureExtraAuthority(root, env);
  const provider = engineProvider("engine", {
    host: engineHost,
    registry: registryAddress(settings.registry),
  });
  const stack = containerStack(
    { settings, secrets, root, baseImages, engineHost, version: appVersion(root), rollback },
    provider,
  );
  return { ...stack, apiToken: pulumi.secret(secrets.apiToken) };
}
