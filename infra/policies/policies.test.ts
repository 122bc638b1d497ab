import { describe, expect, test } from "vitest";
import { dataVolumesAreProtected } from "./data-volumes-are-protected.ts";
import { imagesArePinned } from "./images-are-pinned.ts";
import { machinesFitTheQuota } from "./machines-fit-the-quota.ts";
import type { JudgedResource, Policy } from "./policy.ts";
import { oraclePolicies, violations } from "./refuse-violations.ts";
import { sshIsForAdministrators } from "./ssh-is-for-administrators.ts";

const free = { armOcpus: 2, armMemoryGb: 12, microMachines: 2 };

function resource(type: string, inputs: object, isProtected = false): JudgedResource {
  return { type, name: "it", inputs: inputs as JudgedResource["inputs"], isProtected };
}

const rule = (source: string, port: number, direction = "INGRESS") =>
  resource("oci:Core/networkSecurityGroupSecurityRule:NetworkSecurityGroupSecurityRule", {
    ...{ direction, source, protocol: "6" },
    tcpOptions: { destinationPortRange: { min: port, max: port } },
  });

const list = (source: string) =>
  resource("oci:Core/defaultSecurityList:DefaultSecurityList", {
    ingressSecurityRules: [{ protocol: "all", source }],
  });

const machine = (shape: string, ocpus: number, memoryInGbs: number) =>
  resource("oci:Core/instance:Instance", {
    shape,
    shapeConfig: { ocpus, memoryInGbs },
    sourceDetails: { sourceId: "ocid1.image.oc1..a" },
  });

const service = (image: string) =>
  resource("docker:index/service:Service", { taskSpec: { containerSpec: { image } } });

const cases: [string, () => Policy, JudgedResource, JudgedResource][] = [
  ["SSH from everywhere", () => sshIsForAdministrators, rule("0.0.0.0/0", 22), rule("203.0.113.7/32", 22)],
  ["every port from everywhere", () => sshIsForAdministrators, list("0.0.0.0/0"), list("203.0.113.0/24")],
  [
    "an unprotected volume",
    () => dataVolumesAreProtected,
    resource("oci:Core/volume:Volume", {}),
    resource("oci:Core/volume:Volume", {}, true),
  ],
  ["a service's image by tag", () => imagesArePinned, service("nginx:latest"), service("nginx@sha256:a")],
  [
    "a machine's image by anything but its id",
    () => imagesArePinned,
    resource("oci:Core/instance:Instance", { sourceDetails: { sourceId: "Ubuntu" } }),
    machine("VM.Standard.A1.Flex", 2, 12),
  ],
  [
    "an Arm machine over the quota",
    () => machinesFitTheQuota(free),
    machine("VM.Standard.A1.Flex", 4, 12),
    machine("VM.Standard.A1.Flex", 2, 12),
  ],
  [
    "a shape that costs money",
    () => machinesFitTheQuota(free),
    machine("VM.Standard.E5.Flex", 1, 6),
    machine("VM.Standard.E2.1.Micro", 1, 1),
  ],
];

describe("a policy", () => {
  test.each(cases)("refuses %s, and passes what is right", (_what, policy, wrong, right) => {
    expect(policy().fault(wrong)).toMatch(/: /);
    expect(policy().fault(right)).toBeUndefined();
  });
});

test("the web may be open to everybody", () => {
  expect(sshIsForAdministrators.fault(rule("0.0.0.0/0", 443))).toBeUndefined();
  expect(sshIsForAdministrators.fault(rule("0.0.0.0/0", 22, "EGRESS"))).toBeUndefined();
});

test("machines are counted together", () => {
  const policy = machinesFitTheQuota(free);
  expect(policy.fault(machine("VM.Standard.A1.Flex", 1, 6))).toBeUndefined();
  expect(policy.fault(machine("VM.Standard.A1.Flex", 1, 6))).toBeUndefined();
  expect(policy.fault(machine("VM.Standard.A1.Flex", 1, 6))).toContain("brings armOcpus to 3");
});

test("what is wrong is told with the resource and the policy", () => {
  expect(violations(oraclePolicies({ free }), rule("0.0.0.0/0", 22))).toEqual([
    "it (NetworkSecurityGroupSecurityRule) lets SSH in from 0.0.0.0/0: name the addresses of those who administer the machines. Policy: SSH is let in from administrators' addresses only.",
  ]);
});

test("machines may be of any size where they may cost", () => {
  expect(violations(oraclePolicies({ free: undefined }), machine("VM.Standard.A1.Flex", 80, 512))).toEqual(
    [],
  );
});
