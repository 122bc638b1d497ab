import { Command } from "@pulumi/command/local/command.js";
import type * as pulumi from "@pulumi/pulumi";
import { SSH_DIRECTORY } from "./docker-client.ts";
import type { SendImagesSpec } from "./run-send-images.ts";
import { scriptCommand } from "./script-command.ts";

export type SendImagesArgs = SendImagesSpec & {
  engineHost: pulumi.Input<string>;
  sshDirectory: string;
  /** What the machine is: another one gets the images anew. */
  instanceId: pulumi.Input<string>;
};

/** Gives an engine elsewhere the base images that everything there is built upon. Those it has are not sent again. */
export function sendBaseImages(
  name: string,
  args: SendImagesArgs,
  opts: pulumi.CustomResourceOptions,
): Command {
  const spec: SendImagesSpec = { root: args.root, references: args.references };
  return new Command(
    name,
    {
      create: scriptCommand(import.meta.resolve("./run-send-images.ts")),
      stdin: JSON.stringify(spec),
      environment: { DOCKER_HOST: args.engineHost, [SSH_DIRECTORY]: args.sshDirectory },
      triggers: [args.instanceId],
      addPreviousOutputInEnv: false,
    },
    { ...opts, deleteBeforeReplace: true },
  );
}
