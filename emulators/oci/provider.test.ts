import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Properties } from "./tenancy-state.ts";
import { cloudOf, start, TOKENS, urn } from "./test-cloud.ts";
import { UNKNOWN } from "./values.ts";

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
    const again = await start({ stateDirectory: join(emulator.account.privateKeyPath, "..") });
    expect(again.account).toEqual(emulator.account);
    expect((await again.provider.read(vcn.id, urn(TOKENS.vcn), {})).id).toBe(vcn.id);
  });
});
