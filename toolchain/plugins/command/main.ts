// The command plugin for machines without downloads. Usage: pulumi-resource-command [flags] <engine address>
import grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import { main } from "@pulumi/pulumi/provider/server.js";
import { PLUGIN_VERSIONS } from "../../versions.ts";
import { commandProvider, type Show } from "./provider.ts";

/** Sends lines to the engine, which shows them at their resource. */
function engineLog(address: string): Show {
  const client = new engineService.EngineClient(address, grpc.credentials.createInsecure());
  return (urn, text) => {
    const { INFO } = engine.LogSeverity;
    const request = new engine.LogRequest().setSeverity(INFO).setMessage(text).setUrn(urn);
    client.log(request, () => {});
  };
}

const args = process.argv.slice(2);
const address = args.findLast((argument) => !argument.startsWith("-"));
await main(commandProvider(PLUGIN_VERSIONS.command, address ? engineLog(address) : () => {}), args);
