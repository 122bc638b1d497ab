import { describe, expect, test } from "vitest";
import { cloudOf, start } from "./test-cloud.ts";

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
