import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { PAYING } from "./limits.ts";
import { noMachines } from "./machines.ts";
import { cloudOf, start, TOKENS, urn } from "./test-cloud.ts";

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
