import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectNothingLost, type ReleasedStack, releasedStack } from "./released-stack.ts";
import { setVersion } from "./variant.ts";

let stack: ReleasedStack;

beforeAll(async () => {
  stack = await releasedStack();
});

afterAll(async () => {
  await stack?.remove();
});

describe("a good release", () => {
  test("replaces the one before, is recorded, and loses no request", async () => {
    setVersion(stack.checkout.root, "1.0.1");
    const { outcome, load } = await stack.upUnderLoad();
    expect(outcome.exitCode, outcome.all).toBe(0);
    expectNothingLost(load);
    const [first, second] = await stack.releases();
    expect(second).toMatchObject({ number: 2, kind: "deploy", version: "1.0.1", restorePoint: null });
    expect(second?.images.app).not.toBe(first?.images.app);
    expect(second?.images.web).toBe(first?.images.web);
    expect(second?.schema.before).toBe(second?.schema.after);
    expect(second?.evidence.map(({ gate }) => gate)).toEqual(["migration", "roll", "verify", "bake"]);
    expect((await stack.api.call<{ version: string }>("GET", "/health")).version).toBe("1.0.1");
  });

  test("has removed what its checks have made", async () => {
    const { items } = await stack.api.call<{ items: { name: string }[] }>("GET", "/datasets?limit=100");
    expect(items.filter(({ name }) => name.startsWith("slipway-verify"))).toEqual([]);
  });
});
