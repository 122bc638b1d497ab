import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type EmulatorOptions, type OciEmulator, startOciEmulator } from "./emulator.ts";
import { PAYING } from "./limits.ts";
import { noMachines } from "./machines.ts";
import { RESOURCE_TYPES } from "./resource-types.ts";
import type { Properties } from "./tenancy-state.ts";
import { UNKNOWN } from "./values.ts";

const running: OciEmulator[] = [];

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all(running.splice(0).map((emulator) => emulator.stop()));
});

async function start(options: Partial<EmulatorOptions> = {}): Promise<OciEmulator> {
  const stateDirectory = mkdtempSync(join(tmpdir(), "oci-emulator-"));
  const emulator = await startOciEmulator({ stateDirectory, retryMs: 1, ...options });
  emulator.provider.settings = { ...emulator.account };
  running.push(emulator);
  return emulator;
}

const urn = (token: string, name = "it") => `urn:pulumi:prod::slipway::${token}::${name}`;
const TOKENS = {
  vcn: "oci:Core/vcn:Vcn",
  subnet: "oci:Core/subnet:Subnet",
  gateway: "oci:Core/internetGateway:InternetGateway",
  routes: "oci:Core/routeTable:RouteTable",
  group: "oci:Core/networkSecurityGroup:NetworkSecurityGroup",
  rule: "oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule",
  list: "oci:Core/defaultSecurityList:DefaultSecurityList",
  instance: "oci:Core/instance:Instance",
  address: "oci:Core/publicIp:PublicIp",
  volume: "oci:Core/volume:Volume",
  attachment: "oci:Core/volumeAttachment:VolumeAttachment",
  quota: "oci:Limits/quota:Quota",
  report: "oci:Core/computeCapacityReport:ComputeCapacityReport",
} as const;
type Name = keyof typeof TOKENS;

/** Makes things in a tenancy as a program would. */
function cloudOf({ provider, account, state }: OciEmulator) {
  const compartmentId = account.tenancyOcid;
  const make = async (name: Name, inputs: Properties) => {
    const { id, outs } = await provider.create(urn(TOKENS[name]), inputs, false);
    return { id, ...outs } as { id: string } & Properties;
  };
  const network = async () => {
    const vcn = await make("vcn", { compartmentId, cidrBlocks: ["10.0.0.0/16"] });
    const subnet = await make("subnet", { compartmentId, vcnId: vcn.id, cidrBlock: "10.0.1.0/24" });
    return { vcn, subnet };
  };
  const image = Object.values(state.resources).find(({ kind }) => kind === "image")?.id;
  const domain = `${state.domainPrefix}:EU-FRANKFURT-1-AD-1`;
  const machine = (subnetId: string, inputs: Properties = {}) =>
    make("instance", {
      compartmentId,
      availabilityDomain: domain,
      shape: "VM.Standard.A1.Flex",
      shapeConfig: { ocpus: 1, memoryInGbs: 6 },
      sourceDetails: { sourceType: "image", sourceId: image, bootVolumeSizeInGbs: "50" },
      createVnicDetails: { subnetId, assignPublicIp: "false" },
      ...inputs,
    });
  const destroy = (name: Name, { id }: { id: string }) => provider.delete(id, urn(TOKENS[name]));
  return { compartmentId, make, network, machine, destroy, domain };
}

describe("resource types", () => {
  const packageDirectory = join(import.meta.dirname, "../../node_modules/@pulumi/oci");
  const FOLDERS: Record<string, string> = { ObjectStorage: "objectstorage" };

  /** The inputs of a type as the package documents them: required ones, and those that may be changed in place. */
  function documented(token: string) {
    const [, module = "", file = ""] = /^oci:(\w+)\/(\w+):/.exec(token) ?? [];
    const folder = FOLDERS[module] ?? module.toLowerCase();
    const text = readFileSync(join(packageDirectory, folder, `${file}.d.ts`), "utf8");
    const args = text.slice(text.search(/^export interface \w+Args \{/m));
    const inputs = [...args.matchAll(/^ {4}(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\n {4})?(\w+)(\??): /gm)];
    const names = (wanted: (doc: string, optional: string) => boolean) =>
      inputs.filter(([, doc = "", , optional = ""]) => wanted(doc, optional)).map(([, , name = ""]) => name);
    return {
      all: names(() => true).sort(),
      required: names((_doc, optional) => optional === "").sort(),
      updatable: names((doc) => doc.includes("(Updatable)")).sort(),
    };
  }

  test.each(RESOURCE_TYPES.map((type) => [type.token, type] as const))(
    "%s has the package's inputs, requires the same and changes the same in place",
    (token, { required, fixed, updatable }) => {
      const wanted = documented(token);
      // Undocumented for the two default resources, which do change in place.
      if (!/defaultSecurityList|defaultRouteTable/.test(token))
        expect([...updatable].sort()).toEqual(wanted.updatable);
      expect([...fixed, ...updatable].sort()).toEqual(wanted.all);
      expect([...required].sort()).toEqual(wanted.required);
    },
  );
});

describe("references", () => {
  test("a subnet needs its VCN, a rule its group, and a machine its subnet", async () => {
    const { make, machine, compartmentId } = cloudOf(await start());
    const nowhere = `ocid1.vcn.oc1.eu-frankfurt-1.${"a".repeat(60)}`;
    const subnet = make("subnet", { compartmentId, vcnId: nowhere, cidrBlock: "10.0.1.0/24" });
    await expect(subnet).rejects.toThrow("404-NotAuthorizedOrNotFound");
    const rule = make("rule", {
      networkSecurityGroupId: nowhere.replace("vcn", "networksecuritygroup"),
      direction: "INGRESS",
      protocol: "6",
      source: "0.0.0.0/0",
    });
    await expect(rule).rejects.toThrow("404-NotAuthorizedOrNotFound");
    await expect(machine(nowhere.replace("vcn", "subnet"))).rejects.toThrow("404-NotAuthorizedOrNotFound");
  });

  test("a VCN with a subnet in it, a gateway with a route to it and an attached volume stay", async () => {
    const { make, machine, network, destroy, compartmentId, domain } = cloudOf(await start());
    const { vcn, subnet } = await network();
    await expect(destroy("vcn", vcn)).rejects.toThrow(/409-Conflict.*is referenced by the subnet/);
    const gateway = await make("gateway", { compartmentId, vcnId: vcn.id });
    const routeRules = [{ destination: "0.0.0.0/0", networkEntityId: gateway.id }];
    const routes = await make("routes", { compartmentId, vcnId: vcn.id, routeRules });
    await expect(destroy("gateway", gateway)).rejects.toThrow("409-Conflict");
    const volume = await make("volume", { compartmentId, availabilityDomain: domain, sizeInGbs: "50" });
    const { id: instanceId } = await machine(subnet.id);
    const attachment = { attachmentType: "paravirtualized", instanceId, volumeId: volume.id };
    const attached = await make("attachment", attachment);
    await expect(make("attachment", attachment)).rejects.toThrow("409-Conflict");
    await expect(destroy("volume", volume)).rejects.toThrow("409-Conflict");
    await destroy("attachment", attached);
    await destroy("volume", volume);
    await destroy("routes", routes);
    await destroy("gateway", gateway);
  });

  test("everything goes in the right order, and nothing of it is left", async () => {
    const emulator = await start();
    const { machine, network, destroy } = cloudOf(emulator);
    const before = Object.keys(emulator.state.resources);
    const { vcn, subnet } = await network();
    const made = await machine(subnet.id);
    await expect(destroy("subnet", subnet)).rejects.toThrow("409-Conflict");
    await destroy("instance", made);
    await destroy("subnet", subnet);
    await destroy("vcn", vcn);
    expect(Object.keys(emulator.state.resources)).toEqual(before);
  });

  test("subnets lie within their VCN and beside one another", async () => {
    const { make, network, compartmentId } = cloudOf(await start());
    const { vcn } = await network();
    const subnet = (cidrBlock: string) => make("subnet", { compartmentId, vcnId: vcn.id, cidrBlock });
    await expect(subnet("10.1.0.0/24")).rejects.toThrow("not within the VCN's");
    await expect(subnet("10.0.1.128/25")).rejects.toThrow("overlaps with CIDR 10.0.1.0/24");
    await expect(subnet("10.0.1.1/24")).rejects.toThrow("is invalid");
  });
});

describe("limits", () => {
  test("of a free account: two VCNs, 2 OCPUs and 12 GB of A1, 200 GB of disks, in Oracle's words", async () => {
    const { make, machine, network, compartmentId, domain } = cloudOf(await start());
    const { subnet } = await network();
    await make("vcn", { compartmentId, cidrBlock: "10.1.0.0/16" });
    await expect(make("vcn", { compartmentId, cidrBlock: "10.2.0.0/16" })).rejects.toThrow(
      "400-LimitExceeded, The following service limits were exceeded: vcn-count.",
    );
    await machine(subnet.id);
    await expect(machine(subnet.id, { shapeConfig: { ocpus: 2, memoryInGbs: 12 } })).rejects.toThrow(
      "standard-a1-core-count, standard-a1-memory-count",
    );
    const volume = (sizeInGbs: string) =>
      make("volume", { compartmentId, availabilityDomain: domain, sizeInGbs });
    await expect(volume("151")).rejects.toThrow("total-storage-gb");
    await volume("150");
  });

  test("a refused launch leaves nothing behind, a disk over the limit among it", async () => {
    const emulator = await start({ limits: { "total-storage-gb": 49 } });
    const { machine, network } = cloudOf(emulator);
    const { subnet } = await network();
    const before = Object.keys(emulator.state.resources);
    await expect(machine(subnet.id)).rejects.toThrow("total-storage-gb");
    expect(Object.keys(emulator.state.resources)).toEqual(before);
  });

  test("a quota policy refuses what the service would allow, and a policy that is not understood is refused", async () => {
    const { make, machine, network, compartmentId } = cloudOf(await start());
    const { subnet } = await network();
    const policy = (statement: string) =>
      make("quota", { compartmentId, name: statement, description: "-", statements: [statement] });
    await expect(policy("set standard-a1-core-count to 0")).rejects.toThrow("Failed to parse statement");
    await policy("set compute-core quota standard-a1-core-count to 0 in tenancy");
    await expect(machine(subnet.id)).rejects.toThrow("400-QuotaExceeded");
  });

  test("two machines that end at once are both gone, whatever is done about the cards of the others", async () => {
    const machines = { ...noMachines(), setCard: () => sleep(20), terminate: () => sleep(5) };
    const emulator = await start({ machines, limits: PAYING });
    const { make, machine, network, destroy, compartmentId } = cloudOf(emulator);
    const { vcn, subnet } = await network();
    const group = await make("group", { compartmentId, vcnId: vcn.id });
    const source = { source: group.id, sourceType: "NETWORK_SECURITY_GROUP" };
    const rule = { networkSecurityGroupId: group.id, direction: "INGRESS", protocol: "all", ...source };
    await make("rule", rule);
    const member = () =>
      machine(subnet.id, {
        createVnicDetails: { subnetId: subnet.id, assignPublicIp: "false", nsgIds: [group.id] },
      });
    const [, ...both] = [await member(), await member(), await member()];
    await Promise.all(both.map((one) => destroy("instance", one)));
    expect(Object.values(emulator.state.resources).filter(({ kind }) => kind === "instance")).toHaveLength(1);
  });

  test("a quota policy whose statements are taken back refuses nothing more", async () => {
    const emulator = await start();
    const { make, machine, network, compartmentId } = cloudOf(emulator);
    const { subnet } = await network();
    const set = { compartmentId, name: "free", description: "-" };
    const { id } = await make("quota", {
      ...set,
      statements: ["set compute-core quota standard-a1-core-count to 0 in tenancy"],
    });
    const unset = { ...set, statements: ["unset compute-core quota standard-a1-core-count in tenancy"] };
    await emulator.provider.update(id, urn(TOKENS.quota), {}, unset, false);
    await expect(machine(subnet.id)).resolves.toMatchObject({ state: "RUNNING" });
  });
});

describe("changes", () => {
  const emptied = (properties: Properties) => ({ olds: properties, oldInputs: properties });

  test("replace where Oracle can't change: domain, first-boot metadata, image, subnet", async () => {
    const { provider } = await start();
    const inputs = {
      availabilityDomain: "a",
      metadata: { user_data: "x", note: "1" },
      sourceDetails: { sourceType: "image", sourceId: "one" },
      createVnicDetails: { subnetId: "s", nsgIds: ["n1", "n2"] },
    };
    const { olds, oldInputs } = emptied({ ...inputs, privateIp: "10.0.1.2" });
    const diff = (news: Properties) =>
      provider.diff(urn(TOKENS.instance), olds, oldInputs, { ...inputs, ...news });
    expect(diff({})).toEqual({ changed: [], replaces: [] });
    expect(diff({ availabilityDomain: "b" }).replaces).toEqual(["availabilityDomain"]);
    expect(diff({ metadata: { user_data: "y", note: "1" } }).replaces).toEqual(["metadata"]);
    expect(diff({ metadata: { user_data: "x", note: "2" } })).toEqual({
      changed: ["metadata"],
      replaces: [],
    });
    expect(diff({ sourceDetails: { sourceType: "image", sourceId: "two" } }).replaces).toEqual([
      "sourceDetails",
    ]);
    expect(diff({ createVnicDetails: { subnetId: "s", nsgIds: ["n2", "n1"] } }).changed).toEqual([]);
    expect(diff({ createVnicDetails: { subnetId: "t" } }).replaces).toEqual(["createVnicDetails"]);
  });

  test("a reserved address outlives its machine and moves to the next one", async () => {
    const emulator = await start();
    const { make, machine, network, destroy, compartmentId } = cloudOf(emulator);
    const { provider } = emulator;
    const { subnet } = await network();
    const privateIpOf = async () => {
      const found = await provider.invoke("oci:Core/getPrivateIps:getPrivateIps", { subnetId: subnet.id });
      return (found["privateIps"] as { id: string }[])[0]?.id;
    };
    const first = await machine(subnet.id);
    const inputs = { compartmentId, lifetime: "RESERVED", privateIpId: await privateIpOf() };
    const address = await make("address", inputs);
    expect(address["state"]).toBe("ASSIGNED");
    await destroy("instance", first);
    expect((await provider.read(address.id, urn(TOKENS.address), inputs)).outs["state"]).toBe("AVAILABLE");
    await machine(subnet.id);
    const moved = { ...inputs, privateIpId: await privateIpOf() };
    const outs = await provider.update(address.id, urn(TOKENS.address), {}, moved, false);
    expect(outs).toMatchObject({ state: "ASSIGNED", ipAddress: address["ipAddress"] });
  });

  test("a preview makes and changes nothing", async () => {
    const emulator = await start();
    const { compartmentId } = cloudOf(emulator);
    const before = JSON.stringify(emulator.state);
    await emulator.provider.create(urn(TOKENS.vcn), { compartmentId, cidrBlock: "10.0.0.0/16" }, true);
    expect(JSON.stringify(emulator.state)).toBe(before);
  });

  test("a preview leaves open whether there will be room, so that no program takes the answer for a no", async () => {
    const emulator = await start();
    const { compartmentId, domain } = cloudOf(emulator);
    const shapeAvailabilities = [{ instanceShape: "VM.Standard.A1.Flex" }];
    const inputs = { compartmentId, availabilityDomain: domain, shapeAvailabilities };
    const { outs } = await emulator.provider.create(urn(TOKENS.report), inputs, true);
    expect(outs["shapeAvailabilities"]).toMatchObject([{ availabilityStatus: UNKNOWN }]);
  });

  test("what somebody else has ended is gone when it is read", async () => {
    const emulator = await start();
    const { machine, network } = cloudOf(emulator);
    const { subnet } = await network();
    const { id } = await machine(subnet.id, { displayName: "node-1" });
    await emulator.disturb("node-1", "terminate");
    expect((await emulator.provider.read(id, urn(TOKENS.instance), {})).id).toBe("");
  });

  test("an address that somebody deletes is gone, and its machine is told of as without one", async () => {
    const emulator = await start();
    const { make, machine, network, compartmentId } = cloudOf(emulator);
    const { provider } = emulator;
    const { subnet } = await network();
    const { id } = await machine(subnet.id, { displayName: "node-1" });
    const found = await provider.invoke("oci:Core/getPrivateIps:getPrivateIps", { subnetId: subnet.id });
    const [privateIp] = found["privateIps"] as { id: string }[];
    const address = await make("address", {
      compartmentId,
      lifetime: "RESERVED",
      privateIpId: privateIp?.id,
    });
    const asked = () => provider.invoke("oci:Core/getInstance:getInstance", { instanceId: id });
    expect(await asked()).toMatchObject({ state: "RUNNING", publicIp: address["ipAddress"] });
    await emulator.disturb("node-1", "lose-address");
    expect((await provider.read(address.id, urn(TOKENS.address), {})).id).toBe("");
    expect(await asked()).toMatchObject({ state: "RUNNING", publicIp: "" });
  });

  test("everything is still there after a restart", async () => {
    const emulator = await start();
    const { vcn } = await cloudOf(emulator).network();
    await emulator.stop();
    running.splice(0);
    const again = await start({ stateDirectory: join(emulator.account.privateKeyPath, "..") });
    expect(again.account).toEqual(emulator.account);
    expect((await again.provider.read(vcn.id, urn(TOKENS.vcn), {})).id).toBe(vcn.id);
  });
});

describe("faults", () => {
  test("a domain without room refuses as often as told, in reports and launches, and other domains have room", async () => {
    const emulator = await start();
    const { make, machine, network, compartmentId, domain } = cloudOf(emulator);
    const { subnet } = await network();
    const full = { kind: "out-of-capacity", availabilityDomain: domain, times: 2 } as const;
    emulator.fault({ operation: "LaunchInstance", ...full });
    emulator.fault({ operation: "CreateComputeCapacityReport", ...full, times: 1 });
    const shapeAvailabilities = [{ instanceShape: "VM.Standard.A1.Flex" }];
    const report = () => make("report", { compartmentId, availabilityDomain: domain, shapeAvailabilities });
    const status = async () => (await report())["shapeAvailabilities"];
    expect(await status()).toMatchObject([{ availabilityStatus: "OUT_OF_HOST_CAPACITY" }]);
    expect(await status()).toMatchObject([{ availabilityStatus: "AVAILABLE" }]);
    await expect(machine(subnet.id)).rejects.toThrow("500-InternalError, Out of host capacity.");
    const other = await machine(subnet.id, { availabilityDomain: domain.replace("AD-1", "AD-2") });
    await expect(machine(subnet.id)).rejects.toThrow("500-InternalError, Out of host capacity.");
    await machine(subnet.id);
    expect(other["state"]).toBe("RUNNING");
  });

  test("429 and 500 are tried again, but not for ever", async () => {
    const emulator = await start();
    const { make, compartmentId } = cloudOf(emulator);
    emulator.fault({ operation: "CreateVcn", kind: "status", status: 429, times: 2 });
    await make("vcn", { compartmentId, cidrBlock: "10.0.0.0/16" });
    expect(emulator.calls.map(({ status }) => status)).toEqual([429, 429, 200]);
    emulator.fault({ operation: "CreateVcn", kind: "status", status: 500, times: 100 });
    await expect(make("vcn", { compartmentId, cidrBlock: "10.1.0.0/16" })).rejects.toThrow(
      "500-InternalError",
    );
  });

  test("a wrong key, or none, is refused", async () => {
    const emulator = await start();
    const { make, compartmentId } = cloudOf(emulator);
    emulator.provider.settings = { ...emulator.account, privateKeyPath: undefined, privateKey: "nonsense" };
    const vcn = make("vcn", { compartmentId, cidrBlock: "10.0.0.0/16" });
    await expect(vcn).rejects.toThrow("401-NotAuthenticated");
  });

  test("a profile of ~/.oci/config signs in as the console wrote it, and one that is not there is refused", async () => {
    const home = mkdtempSync(join(tmpdir(), "oci-home-"));
    vi.stubEnv("HOME", home);
    const emulator = await start();
    const { make, compartmentId } = cloudOf(emulator);
    const { userOcid, fingerprint, tenancyOcid, region, privateKeyPath } = emulator.account;
    mkdirSync(join(home, ".oci"));
    writeFileSync(join(home, ".oci/key.pem"), readFileSync(privateKeyPath));
    const section = `user=${userOcid}\nfingerprint=${fingerprint}\ntenancy=${tenancyOcid}\nregion=${region}\nkey_file=~/.oci/key.pem\n`;
    writeFileSync(join(home, ".oci/config"), `[OTHER]\nuser=nobody\n\n[DEFAULT]\n${section}`);
    emulator.provider.settings = { configFileProfile: "DEFAULT" };
    await make("vcn", { compartmentId, cidrBlock: "10.0.0.0/16" });
    emulator.provider.settings = { configFileProfile: "OTHER" };
    const other = make("vcn", { compartmentId, cidrBlock: "10.1.0.0/16" });
    await expect(other).rejects.toThrow("401-NotAuthenticated");
    emulator.provider.settings = { configFileProfile: "NONE" };
    const none = make("vcn", { compartmentId, cidrBlock: "10.1.0.0/16" });
    await expect(none).rejects.toThrow("did not find a proper configuration");
  });

  test("faults, disturbances and questions come over the control port too", async () => {
    const emulator = await start();
    const { make, machine, network, compartmentId } = cloudOf(emulator);
    const { subnet } = await network();
    const { id } = await machine(subnet.id, { displayName: "node 1" });
    const post = (path: string, body?: unknown) =>
      fetch(`${emulator.controlUrl}${path}`, { method: "POST", body: JSON.stringify(body ?? {}) });
    expect((await post("/faults", { operation: "*", kind: "status", status: 404 })).status).toBe(204);
    await expect(make("vcn", { compartmentId, cidrBlock: "10.1.0.0/16" })).rejects.toThrow("404-");
    expect((await post("/instances/node%201/stop")).status).toBe(204);
    const state = await (await fetch(`${emulator.controlUrl}/state`)).json();
    expect(state).toMatchObject({ resources: { [id]: { properties: { state: "STOPPED" } } } });
    expect((await post("/instances/nobody/stop")).status).toBe(400);
  });
});
