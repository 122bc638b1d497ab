import { expect, test } from "vitest";
import { diskFindings, engineFindings, toolchainFindings } from "./machine.ts";

const engine = (state: string, isManager: boolean) => ({
  version: "29.1.0",
  rootDirectory: "/var/lib/docker",
  swarm: { state, isManager },
});

test.each([
  ["active", true, "ok"],
  ["inactive", false, "warning"],
  ["active", false, "fault"],
  ["locked", false, "fault"],
])("an engine whose swarm is %s (manager: %s) is %s", (state, isManager, verdict) => {
  const [answers, swarm] = engineFindings(engine(state, isManager));
  expect(answers).toEqual({ about: "engine", state: "ok", text: "Docker 29.1.0" });
  expect(swarm?.state).toBe(verdict);
});

test("directories on one disk are one finding, and a full disk is a fault that says what to do", async () => {
  expect(await diskFindings(["/", "/none", "/"], async () => 5e9)).toEqual([
    { about: "disk", state: "ok", text: "5 GB free at /" },
  ]);
  const [full] = await diskFindings(["/"], async () => 1e8);
  expect(full?.state).toBe("fault");
  expect(full?.text).toContain("docker image prune");
});

test("parts are told by where they come from, and what is missing mends itself", () => {
  const part = (name: string, source: string) => ({
    name,
    version: source === "missing" ? "" : "1.0",
    source,
    bytes: 1,
  });
  const parts = [part("pulumi", "built"), part("docker-plugin", "built"), part("base images", "missing")];
  expect(toolchainFindings({ parts })).toEqual([
    { about: "toolchain", state: "ok", text: "built: pulumi 1.0, docker-plugin 1.0" },
    { about: "toolchain", state: "warning", text: "not here yet: base images; npm run up gets it" },
  ]);
});
