import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ReleasedStack, releasedStack } from "./released-stack.ts";
import { setVersion } from "./variant.ts";

let stack: ReleasedStack;

beforeAll(async () => {
  stack = await releasedStack();
});

afterAll(async () => {
  await stack?.remove();
});

/** Names of what gates note on the engine. */
async function notes(): Promise<string[]> {
  const list = ["config", "ls", "--filter", `name=${stack.prefix}-note-`, "--format", "{{.Name}}"];
  return (await execa("docker", list)).stdout.split("\n").filter(Boolean);
}

test.each(["release-roll", "release-verify", "release-bake", "release-record"])(
  "an up that is killed at %s keeps the site serving, and the next one ends the release",
  async (gate) => {
    const known = await stack.releases();
    const version = `2.0.${known.length}`;
    setVersion(stack.checkout.root, version);
    const at = new RegExp(`Command ${gate} creating`);
    const killed = await stack.upUnderLoad({ interruption: { by: "SIGKILL", at } });
    expect(killed.outcome.all).toMatch(at);
    expect(killed.outcome.exitCode).not.toBe(0);
    expect(killed.load.lost).toEqual([]);
    const { outcome, load } = await stack.upUnderLoad();
    expect(outcome.exitCode, outcome.all).toBe(0);
    expect(load.lost).toEqual([]);
    const releases = await stack.releases();
    expect(releases).toHaveLength(known.length + 1);
    expect(releases.at(-1)).toMatchObject({ version, number: known.length + 1 });
    expect((await stack.api.call<{ version: string }>("GET", "/health")).version).toBe(version);
    // What drift is told by; nothing of the release that was under way.
    expect(await notes()).toEqual([expect.stringMatching(/-note-recorded-\d+$/)]);
  },
);
