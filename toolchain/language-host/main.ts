// A Pulumi language host for Node.js: the gRPC server through which the engine runs programs, policy packs and
// provider plugins. Usage: pulumi-language-nodejs [flags] [engine address]
// It writes its port as the first line of stdout. The engine shows every later line to the user, so programs simply
// inherit this process's streams.
import grpc from "@grpc/grpc-js";
import service from "@pulumi/pulumi/proto/language_grpc_pb.js";
import { trackChildren } from "./children.ts";
import { languageRuntime } from "./service.ts";

// The address comes last, after any flags.
const engineAddress = process.argv.slice(2).findLast((argument) => !argument.startsWith("-")) ?? "";
const children = trackChildren();

process.on("exit", () => children.endAll());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit());
// The engine holds the other end of stdin, so its end means that the engine is gone.
if (engineAddress) process.stdin.on("end", () => process.exit()).resume();

const server = new grpc.Server({
  "grpc.max_receive_message_length": -1,
  "grpc.max_send_message_length": -1,
});
server.addService(service.LanguageRuntimeService, languageRuntime(children, engineAddress));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
