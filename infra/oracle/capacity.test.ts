import * as pulumi from "@pulumi/pulumi";
import { afterEach, expect, test, vi } from "vitest";
import { recordProgram } from "../recording/record-program.ts";
import { findDomain, isOutOfCapacity, retryLaunch } from "./capacity.ts";

afterEach(() => vi.restoreAllMocks());

const args = {
  tenancyId: "ocid1.tenancy.oc1..a",
  domains: ["Uocm:FRA-AD-1", "Uocm:FRA-AD-2"],
  shape: { shape: "VM.Standard.A1.Flex", ocpus: 2, memoryGb: 12 },
  settings: { attemptsMax: 3, waitSeconds: 0 },
};

/** Searches where the domains have room, or have none, in each round. */
async function search(rounds: readonly (readonly boolean[])[], only?: string) {
  const room = (name: string) => {
    const [, domain, round] = /-ad-(\d)-(\d+)$/.exec(name) ?? [];
    const has = rounds[Number(round) - 1]?.[Number(domain) - 1];
    return [{ availabilityStatus: has ? "AVAILABLE" : "OUT_OF_HOST_CAPACITY" }];
  };
  return recordProgram(
    async () => {
      const found = await findDomain("node-1-capacity", { ...args, only }, {});
      return new Promise<string>((resolve) => found.apply(resolve));
    },
    { outputs: ({ name }) => ({ shapeAvailabilities: room(name) }) },
  );
}

test("the first domain with room is taken, and all are asked once", async () => {
  const { result, resources } = await search([[false, true]]);
  expect(result).toBe("Uocm:FRA-AD-2");
  expect(resources.map(({ name }) => name)).toEqual(["node-1-capacity-ad-1-1", "node-1-capacity-ad-2-1"]);
});

test("where the data is already, that domain is waited for; all are asked, so that the plan stays the same", async () => {
  const { result, resources } = await search(
    [
      [true, false],
      [true, true],
    ],
    "Uocm:FRA-AD-2",
  );
  expect(result).toBe("Uocm:FRA-AD-2");
  expect(resources).toHaveLength(4);
});

test("rounds that are in the state are gone through again without waiting", async () => {
  const { result, resources } = await search([
    [false, false],
    [false, false],
    [false, false],
    [false, false],
    [true, false],
  ]);
  expect(result).toBe("Uocm:FRA-AD-1");
  expect(resources).toHaveLength(10);
});

test("only a full domain is a reason to try again", () => {
  expect(isOutOfCapacity("500-InternalError, Out of host capacity.")).toBe(true);
  expect(isOutOfCapacity("400-LimitExceeded, standard-a1-core-count")).toBe(false);
});

test("a launch is tried again as often as is allowed, with a line of progress, and no refusal of another kind", async () => {
  const told = vi.spyOn(pulumi.log, "info").mockResolvedValue();
  const { result: hook } = await recordProgram(() => retryLaunch("launch", args.settings));
  const failed = (errors: string[]) =>
    hook.callback({ urn: "", id: "", name: "node-1", type: "", failedOperation: "create", errors });
  const full = "Out of host capacity";
  expect(await failed([full])).toBe(true);
  expect(await failed([full, full])).toBe(true);
  expect(await failed([full, full, full])).toBe(false);
  expect(await failed(["401-NotAuthenticated"])).toBe(false);
  expect(told).toHaveBeenCalledTimes(2);
});
