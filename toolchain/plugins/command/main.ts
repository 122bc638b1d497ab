// The command plugin for machines without downloads. Usage: pulumi-resource-command [flags] <engine address>
import grpc from "@grpc/grpc-js";
import engineService from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engine from "@pulumi/pulumi/proto/engine_pb.js";
import { main } from "@pulumi/pulumi/provider/server.js";
import { PLUGIN_VERSIONS } from "../../versions.ts";
import { commandProvider, type Show } from "./provider.ts";
import { isBusy } from "./run-process.ts";

const LOOK_MS = 500;

/** The engine holds the other end of stdin, so its end means that the engine is gone; what was begun is ended first. */
function leaveWithEngine(): void {
  const leave = () => {
    if (!isBusy()) process.exit();
  };
  process.stdin.on("end", () => setInterval(leave, LOOK_MS)).resume();
}

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
if (address) leaveWithEngine();
await main(commandProvider(PLUGIN_VERSIONS.command, address ? engineLog(address) : () => {}), args);
