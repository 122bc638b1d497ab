import { describe, expect, test } from "vitest";
import { cloudOf, start } from "./test-cloud.ts";

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
