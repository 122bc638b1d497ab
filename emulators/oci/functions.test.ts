import { expect, test } from "vitest";
import { cloudOf, start } from "./test-cloud.ts";

test("volumes are found by their name and state", async () => {
  const emulator = await start();
  const { make, compartmentId, domain } = cloudOf(emulator);
  const inputs = { compartmentId, availabilityDomain: domain, sizeInGbs: "50" };
  const { id } = await make("volume", { ...inputs, displayName: "shop-data" });
  await make("volume", { ...inputs, displayName: "other-data" });
  const find = async (asked: Record<string, string>) => {
    const token = "oci:Core/getVolumes:getVolumes";
    const { volumes } = await emulator.provider.invoke(token, { compartmentId, ...asked });
    return (volumes as { id: string; availabilityDomain: string }[]).map((one) => [
      one.id,
      one.availabilityDomain,
    ]);
  };
  expect(await find({ displayName: "shop-data", state: "AVAILABLE" })).toEqual([[id, domain]]);
  expect(await find({ displayName: "shop-data", state: "TERMINATED" })).toEqual([]);
  expect(await find({})).toHaveLength(2);
});
