import * as pulumi from "@pulumi/pulumi";
import { setAllConfig } from "@pulumi/pulumi/runtime/config.js";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime/mocks.js";
import { disconnect, getMonitor } from "@pulumi/pulumi/runtime/settings.js";

/** One resource as the program asked for it; whatever is secret reads `[secret]`. */
export type RecordedResource = {
  type: string;
  name: string;
  /** Name of the provider resource that it was given; undefined for the default one. */
  provider: string | undefined;
  inputs: Record<string, unknown>;
};

export type RecordArgs = {
  stack?: string;
  config?: Record<string, string>;
  secretConfig?: Record<string, string>;
  /** What resources give back besides, where a test decides it. */
  outputs?: (resource: MockResourceArgs) => Record<string, unknown>;
  /** What questions are answered with, by their tokens, where a test decides it. */
  answers?: Readonly<Record<string, (inputs: Record<string, unknown>) => Record<string, unknown>>>;
};

const SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270";
const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if ((value as Record<string, unknown>)[SIGNATURE_KEY] === SECRET_SIGNATURE) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}

/** What each kind of resource gives back, as far as other resources take it from there. */
function outputsOf({ type, name, inputs }: MockResourceArgs): Record<string, unknown> {
  if (type === "oci:Core/computeCapacityReport:ComputeCapacityReport") {
    return { ...inputs, shapeAvailabilities: [{ availabilityStatus: "AVAILABLE" }] };
  }
  if (type === "oci:Core/vcn:Vcn") return { ...inputs, defaultSecurityListId: `default-list-of-${name}` };
  if (type === "oci:Core/publicIp:PublicIp") return { ...inputs, ipAddress: "192.0.2.1" };
  if (type === "command:local:Command") return { ...inputs, stdout: "worker-token SWMTKN-1" };
  if (type === "docker:index/registryImage:RegistryImage") {
    return { ...inputs, sha256Digest: `sha256:digest-of-${name}` };
  }
  if (type === "docker:index/remoteImage:RemoteImage") return { ...inputs, imageId: `sha256:id-of-${name}` };
  return inputs;
}

/** What each of Oracle's questions is answered with. */
const ANSWERS: Readonly<Record<string, Record<string, unknown>>> = {
  "oci:ObjectStorage/getNamespace:getNamespace": { namespace: "namespace" },
  "oci:Identity/getAvailabilityDomains:getAvailabilityDomains": {
    availabilityDomains: [{ name: "Uocm:EU-FRANKFURT-1-AD-1" }, { name: "Uocm:EU-FRANKFURT-1-AD-2" }],
  },
  "oci:Core/getVolumes:getVolumes": { volumes: [] },
  "oci:Core/getPrivateIps:getPrivateIps": { privateIps: [{ id: "id-of-private-ip" }] },
};

/**
 * Runs a program against Pulumi's mocks. Resolves, when all its resources are registered, with them sorted by type and
 * name, and with the program's own result. For tests only.
 */
export async function recordProgram<Result>(
  program: () => Result | Promise<Result>,
  { stack = "local", config = {}, secretConfig = {}, outputs = () => ({}), answers = {} }: RecordArgs = {},
): Promise<{ resources: RecordedResource[]; result: Awaited<Result> }> {
  const resources: RecordedResource[] = [];
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) => answers[token]?.(inputs) ?? ANSWERS[token] ?? inputs,
      newResource: (resource) => {
        const inputs = withoutSecrets(resource.inputs) as Record<string, unknown>;
        const provider = resource.provider?.split("::").at(-2);
        resources.push({ type: resource.type, name: resource.name, provider, inputs });
        return { id: `id-of-${resource.name}`, state: { ...outputsOf(resource), ...outputs(resource) } };
      },
    },
    "slipway",
    stack,
  );
  // The mocks know no hooks, and need none: nothing is created.
  const answered = (_request: unknown, answer: (error: null, response: object) => void) => answer(null, {});
  Object.assign(getMonitor() ?? {}, { registerResourceHook: answered, registerErrorHook: answered });
  setAllConfig({ ...config, ...secretConfig }, Object.keys(secretConfig));
  const result = await program();
  await disconnect();
  const key = ({ type, name }: RecordedResource) => `${type} ${name}`;
  return { result, resources: resources.sort((a, b) => (key(a) < key(b) ? -1 : 1)) };
}

/** The end of a name that tells a content. */
const CONTENT_HASH = /-[0-9a-f]{12}$/;

/**
 * The inputs of the one recorded resource of a type and a name, which may be told without its content's hash. Throws
 * where there is not exactly one.
 */
export function inputsOf(
  resources: readonly RecordedResource[],
  type: string,
  name: string,
  // biome-ignore lint/suspicious/noExplicitAny: a test asks for what it expects, and fails where it is not.
): any {
  const found = resources.filter(
    (resource) =>
      resource.type.endsWith(`:${type}`) &&
      [resource.name, resource.name.replace(CONTENT_HASH, "")].includes(name),
  );
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type} are named ${name}`);
  return found[0]?.inputs;
}
