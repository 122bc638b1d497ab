import { expect, test } from "vitest";
import { recordProgram } from "../recording/record-program.ts";
import { domainOfVolume } from "./block-volume.ts";

const args = { compartmentId: "ocid1.compartment.oc1..a", prefix: "shop" };

/** What is found where Oracle has volumes of the name in these domains. */
async function found(...domains: string[]) {
  const asked: unknown[] = [];
  const answers = {
    "oci:Core/getVolumes:getVolumes": (inputs: Record<string, unknown>) => {
      asked.push(inputs);
      return { volumes: domains.map((availabilityDomain) => ({ availabilityDomain })) };
    },
  };
  const { result } = await recordProgram(() => domainOfVolume("data", args), { answers });
  expect(asked).toEqual([
    { compartmentId: args.compartmentId, displayName: "shop-data", state: "AVAILABLE" },
  ]);
  return result;
}

test("a volume that outlived its stack says where its machine must be", async () => {
  expect(await found("Uocm:FRA-AD-2")).toBe("Uocm:FRA-AD-2");
});

test("none says nothing, nor do two of the same name", async () => {
  expect(await found()).toBeUndefined();
  expect(await found("Uocm:FRA-AD-1", "Uocm:FRA-AD-2")).toBeUndefined();
});
