import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the plugin leaves when its engine is gone", async () => {
  const engine = "127.0.0.1:1";
  const plugin = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), engine], { stdio: "pipe" });
  const [port] = await once(plugin.stdout, "data");
  expect(String(port)).toMatch(/^\d+\n$/);
  const exited = once(plugin, "exit");
  plugin.stdin.end();
  expect(await exited).toEqual([0, null]);
});
