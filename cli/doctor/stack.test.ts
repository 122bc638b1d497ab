import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CONTAINER_SECRETS } from "../../stacks/settings.ts";
import { serviceFindings, settingsFindings } from "./stack.ts";

const example = readFileSync(join(import.meta.dirname, "../../stacks/local.example.yaml"), "utf8");
const secrets = CONTAINER_SECRETS.map((name) => `  slipway:${name}:\n    secure: v1:abc`).join("\n");
const complete = `encryptionsalt: v1:salt\n${example}\n${secrets}\n`;

const told = (text: string) =>
  settingsFindings(text).findings.map(({ about, state, text: words }) => `${about} ${state}: ${words}`);

test("right settings with all secrets are fine", () => {
  expect(told(complete)).toEqual(["settings ok: Pulumi.local.yaml", "secrets ok: all 11 are there"]);
  expect(settingsFindings(complete).settings?.edge.httpPort).toBe(28080);
});

test("each wrong setting is a fault with its line", () => {
  const wrong = complete.replace("replicas: 2 #", "replicas: many #").replace("httpPort:", "httpport:");
  const faults = told(wrong).filter((line) => line.includes("fault"));
  expect(faults).toHaveLength(3);
  expect(faults.join("\n")).toMatch(/backend\/replicas: must be a number \(got "many"\) \[line \d+\]/);
  expect(faults.join("\n")).toMatch(/edge\/httpport: unknown setting; did you mean httpPort\? \[line \d+\]/);
});

test("missing secrets are named, and make themselves", () => {
  const [, secretsLine] = told(complete.replace("slipway:apiToken:", "slipway:unused:"));
  expect(secretsLine).toBe("secrets warning: missing: apiToken; npm run up makes them");
});

test("services that run short are named with where to look", () => {
  expect(serviceFindings("a-edge 1/1\na-backend 2/2\n")).toEqual([
    { about: "services", state: "ok", text: "all 2 run" },
  ]);
  const [short] = serviceFindings("a-edge 1/1\na-backend 0/2");
  expect(short?.state).toBe("fault");
  expect(short?.text).toBe(
    "a-backend runs 0/2: docker service ps --no-trunc a-backend, docker service logs a-backend",
  );
  expect(serviceFindings("").map(({ state }) => state)).toEqual(["warning"]);
});
