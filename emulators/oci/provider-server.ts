import grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import service from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import emptyMessage from "google-protobuf/google/protobuf/empty_pb.js";
import structMessage from "google-protobuf/google/protobuf/struct_pb.js";
import type { Difference } from "./diff.ts";
import type { OciProvider } from "./provider.ts";
import type { Properties } from "./tenancy-state.ts";

/** The version of the real plugin that it stands in for. */
const VERSION = "4.20.0";
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;

type Handler<Request, Response> = (request: Request) => Promise<Response>;
type Struct = ReturnType<typeof struct>;

/**
 * Serves a provider to Pulumi engines on a port that stays, so that the engine can be told of it
 * (`PULUMI_DEBUG_PROVIDERS=oci:<port>`) and the emulator restarted under it. The SDK's own server picks a new port each
 * time and keeps the provider's configuration to itself.
 */
export async function serveProvider(provider: OciProvider, port: number, host: string) {
  const server = new grpc.Server({ "grpc.max_receive_message_length": MESSAGE_BYTES_MAX });
  server.addService(
    service.ResourceProviderService,
    handlers(provider) as unknown as grpc.UntypedServiceImplementation,
  );
  const bound = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync(`${host}:${port}`, credentials, (error, chosen) =>
      error ? reject(error) : resolve(chosen),
    );
  });
  return { port: bound, stop: () => server.forceShutdown() };
}

function handlers(provider: OciProvider) {
  const empty = async () => new emptyMessage.Empty();
  return Object.fromEntries(
    Object.entries({
      getPluginInfo: async () => new plugin.PluginInfo().setVersion(VERSION),
      getSchema: async () =>
        new messages.GetSchemaResponse().setSchema(JSON.stringify({ name: "oci", version: VERSION })),
      attach: empty,
      cancel: empty,
      configure: configureWith(provider),
      ...resourceHandlers(provider),
      ...lifecycleHandlers(provider),
      invoke: async (request: InstanceType<typeof messages.InvokeRequest>) =>
        new messages.InvokeResponse().setReturn(
          struct(await provider.invoke(request.getTok(), plain(request.getArgs()))),
        ),
    }).map(([name, handler]) => [name, answering(handler as Handler<unknown, unknown>)]),
  );
}

/** Secrets are kept secret by the engine: what it sends comes without marks, and it marks what goes back. */
function configureWith(provider: OciProvider) {
  return async (request: InstanceType<typeof messages.ConfigureRequest>) => {
    provider.settings = plain(request.getArgs());
    return new messages.ConfigureResponse().setSupportspreview(true).setAcceptsecrets(false);
  };
}

function resourceHandlers(provider: OciProvider) {
  return {
    check: async (request: InstanceType<typeof messages.CheckRequest>) => {
      const failures = provider
        .check(request.getUrn(), plain(request.getNews()))
        .map(({ property, reason }) => {
          return new messages.CheckFailure().setProperty(property).setReason(reason);
        });
      return new messages.CheckResponse().setInputs(request.getNews()).setFailuresList(failures);
    },
    diff: async (request: InstanceType<typeof messages.DiffRequest>) => {
      const [olds, oldInputs, news] = [request.getOlds(), request.getOldInputs(), request.getNews()].map(
        plain,
      );
      return diffResponse(
        provider.diff(request.getUrn(), olds ?? {}, oldInputs ?? {}, news ?? {}),
        oldInputs ?? {},
      );
    },
    read: async (request: InstanceType<typeof messages.ReadRequest>) => {
      const { id, outs, inputs } = await provider.read(
        request.getId(),
        request.getUrn(),
        plain(request.getInputs()),
      );
      return new messages.ReadResponse().setId(id).setProperties(struct(outs)).setInputs(struct(inputs));
    },
  };
}

function lifecycleHandlers(provider: OciProvider) {
  return {
    create: async (request: InstanceType<typeof messages.CreateRequest>) => {
      const inputs = plain(request.getProperties());
      const { id, outs } = await provider.create(request.getUrn(), inputs, request.getPreview());
      return new messages.CreateResponse().setId(id).setProperties(struct(outs));
    },
    update: async (request: InstanceType<typeof messages.UpdateRequest>) => {
      const [olds, news] = [plain(request.getOlds()), plain(request.getNews())];
      const outs = await provider.update(request.getId(), request.getUrn(), olds, news, request.getPreview());
      return new messages.UpdateResponse().setProperties(struct(outs));
    },
    delete: async (request: InstanceType<typeof messages.DeleteRequest>) => {
      await provider.delete(request.getId(), request.getUrn());
      return new emptyMessage.Empty();
    },
  };
}

function diffResponse({ changed, replaces }: Difference, oldInputs: Properties) {
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const response = new messages.DiffResponse()
    .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList(replaces)
    .setDiffsList(changed)
    .setHasdetaileddiff(true);
  const { ADD, UPDATE, ADD_REPLACE, UPDATE_REPLACE } = messages.PropertyDiff.Kind;
  for (const name of changed) {
    const isNew = oldInputs[name] === undefined;
    const [change, replacement] = isNew ? [ADD, ADD_REPLACE] : [UPDATE, UPDATE_REPLACE];
    const kind = replaces.includes(name) ? replacement : change;
    response.getDetaileddiffMap().set(name, new messages.PropertyDiff().setKind(kind).setInputdiff(true));
  }
  return response;
}

function plain(message: Struct | undefined): Properties {
  return (message?.toJavaScript() ?? {}) as Properties;
}

function struct(properties: Properties) {
  return structMessage.Struct.fromJavaScript(
    properties as Parameters<typeof structMessage.Struct.fromJavaScript>[0],
  );
}

/** A handler of the gRPC library from one that returns a promise. */
function answering(handler: Handler<unknown, unknown>) {
  return (call: { request: unknown }, callback: (error: unknown, response?: unknown) => void): void => {
    handler(call.request).then(
      (response) => callback(null, response),
      (error: unknown) =>
        callback({ code: grpc.status.UNKNOWN, details: (error as Error).message ?? String(error) }),
    );
  };
}
