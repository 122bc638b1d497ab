import * as pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { inputsOf, recordProgram } from "../recording/record-program.ts";
import { configFile, secretFile } from "./file-source.ts";
import { contentHash } from "./names.ts";
import { type RunServiceArgs, runService, SPEC_VARIABLE } from "./service.ts";

const scope = { prefix: "test" };

const least: RunServiceArgs = {
  scope,
  image: "127.0.0.1:5000/app@sha256:abc",
  user: 1000,
  replicas: 2,
  limits: { memoryMb: 256, cpus: 0.5 },
  networks: [{ network: { id: "net-1" }, aliases: ["backend"] }],
  health: { command: ["probe"], intervalSeconds: 5, startSeconds: 30 },
  updateOrder: "start-first",
  stopGraceSeconds: 35,
};

async function registered(more: Partial<RunServiceArgs> = {}) {
  const { resources } = await recordProgram(() => runService("backend", { ...least, ...more }, {}));
  return inputsOf(resources, "Service", "backend");
}

describe("a service by the rules of the house", () => {
  test("runs an image by digest, not as root, on a read-only root without capabilities", async () => {
    const { containerSpec } = (await registered()).taskSpec;
    expect(containerSpec).toMatchObject({
      image: "127.0.0.1:5000/app@sha256:abc",
      user: "1000:1000",
      readOnly: true,
      capDrops: ["ALL"],
    });
  });

  test("has its limits in the engine's units", async () => {
    const { resources } = (await registered()).taskSpec;
    expect(resources.limits).toEqual({ memoryBytes: 268_435_456, nanoCpus: 500_000_000 });
  });

  test("rolls back a replica at a time when one does not get healthy", async () => {
    const { updateConfig, rollbackConfig } = await registered();
    expect(updateConfig).toMatchObject({ order: "start-first", failureAction: "rollback", parallelism: 1 });
    expect(rollbackConfig).toMatchObject({ order: "start-first", failureAction: "pause" });
  });

  test("is waited for until it has converged", async () => {
    expect((await registered()).convergeConfig).toBeDefined();
  });

  test("needs no virtual address", async () => {
    expect((await registered()).endpointSpec.mode).toBe("dnsrr");
  });

  test("publishes a port on the machine itself", async () => {
    const { endpointSpec } = await registered({ publish: { 8080: 28_080 } });
    expect(endpointSpec.ports).toEqual([
      { targetPort: 8080, publishedPort: 28_080, publishMode: "host", protocol: "tcp" },
    ]);
  });

  test("has capped logs and a health check that runs no shell", async () => {
    const { taskSpec } = await registered();
    expect(taskSpec.logDriver).toEqual({
      name: "json-file",
      options: { "max-file": "3", "max-size": "10m" },
    });
    expect(taskSpec.containerSpec.healthcheck.tests).toEqual(["CMD", "probe"]);
  });

  test("writes to memory and its volumes, and nowhere else", async () => {
    const { mounts } = (await registered({ volumes: { "/data": "test-data" } })).taskSpec.containerSpec;
    expect(mounts).toEqual([
      { type: "tmpfs", target: "/tmp", tmpfsOptions: { sizeBytes: 67_108_864 } },
      { type: "volume", target: "/data", source: "test-data" },
    ]);
  });

  test("only reads the volume of another service", async () => {
    const { mounts } = (await registered({ readOnlyVolumes: { "/theirs": "test-theirs" } })).taskSpec
      .containerSpec;
    expect(mounts[1]).toEqual({ type: "volume", target: "/theirs", source: "test-theirs", readOnly: true });
  });
});

describe("where the machines of an engine differ, a service runs", () => {
  const placement = { data: "data here", door: "door here", others: "anywhere", machines: 3 };
  const constraints = async (more: Partial<RunServiceArgs>) =>
    (await registered({ scope: { ...scope, placement }, ...more })).taskSpec.placement?.constraints;

  test("with its data where that is, with its ports where people look for them, and else where it may", async () => {
    expect(await constraints({ volumes: { "/data": "data" } })).toEqual(["data here"]);
    expect(await constraints({ publish: { 80: 80 } })).toEqual(["door here"]);
    expect(await constraints({})).toEqual(["anywhere"]);
  });

  test("beside the door where the door reads its volume", async () => {
    expect(await constraints({ volumes: { "/data": "data" }, besideDoor: true })).toEqual(["door here"]);
    const reader = { publish: { 80: 80 }, readOnlyVolumes: { "/theirs": "theirs" } };
    expect(await constraints(reader)).toEqual(["door here"]);
  });

  test("anew with another number of machines, unless it has its place: nothing else would move to a new one", async () => {
    const specWith = async (machines: number, more: Partial<RunServiceArgs>) => {
      const on = { ...scope, placement: { ...placement, machines } };
      return (await registered({ scope: on, ...more })).taskSpec.containerSpec.env[SPEC_VARIABLE];
    };
    expect(await specWith(3, {})).not.toBe(await specWith(5, {}));
    const data = { volumes: { "/data": "data" } };
    expect(await specWith(3, data)).toBe(await specWith(5, data));
  });
});

describe("a service that is part of a release", () => {
  async function joined(more: Partial<RunServiceArgs>, attempt = 1) {
    const asked: Record<string, string> = {};
    const { resources } = await recordProgram(() => {
      const begun = new pulumi.ComponentResource("test:Begun", "begun");
      const onFailure = new pulumi.ErrorHook("failed", () => false);
      const join = (
        _service: pulumi.Resource,
        { name, spec }: { name: string; spec: pulumi.Output<string> },
      ) =>
        void spec.apply((text) => {
          asked[name] = text;
        });
      runService(
        "backend",
        { ...least, scope: { ...scope, release: { attempt, begun, onFailure, join } }, ...more },
        {},
      );
    });
    return { inputs: inputsOf(resources, "Service", "backend"), asked: asked["test-backend"] };
  }

  test("tells it what it is asked to be, and its containers say the same", async () => {
    const { inputs, asked } = await joined({});
    expect(asked).toMatch(/^[0-9a-f]{12}$/);
    expect(inputs.taskSpec.containerSpec.env).toEqual({ SLIPWAY_SPEC: asked });
  });

  test("is asked for something else with any change, and with another try", async () => {
    const { asked } = await joined({});
    expect((await joined({})).asked).toBe(asked);
    expect((await joined({ stopGraceSeconds: 36 })).asked).not.toBe(asked);
    expect((await joined({}, 2)).asked).not.toBe(asked);
  });

  test("that stops first is not stopped by another try alone", async () => {
    const door = { updateOrder: "stop-first" } as const;
    expect((await joined(door, 2)).asked).toBe((await joined(door)).asked);
  });

  test("is waited for by the release, unless it holds data that others need", async () => {
    expect((await joined({})).inputs.convergeConfig).toBeUndefined();
    expect((await joined({ updateOrder: "stop-first" })).inputs.convergeConfig).toBeUndefined();
    const data = { updateOrder: "stop-first", volumes: { "/data": "test-data" } } as const;
    expect((await joined(data)).inputs.convergeConfig).toBeDefined();
  });
});

describe("files of a service", () => {
  async function withFiles(content: string) {
    const { resources } = await recordProgram(() => {
      const secret = secretFile("token", { scope, content: pulumi.secret(content) }, {});
      const config = configFile("conf", { scope, content }, {});
      runService(
        "backend",
        {
          ...least,
          secrets: [{ source: secret, path: "/run/secrets/token" }],
          configs: [{ source: config, path: "/etc/conf" }],
        },
        {},
      );
    });
    return resources;
  }

  test("belong to its user, and secrets are readable by nobody else", async () => {
    const { secrets, configs } = inputsOf(await withFiles("x"), "Service", "backend").taskSpec.containerSpec;
    expect(secrets).toMatchObject([{ fileName: "/run/secrets/token", fileUid: "1000", fileMode: 0o400 }]);
    expect(configs).toMatchObject([{ fileName: "/etc/conf", fileMode: 0o444 }]);
  });

  test("are named by their content, so new content is a new file", async () => {
    const name = async (content: string) => inputsOf(await withFiles(content), "Secret", "token").name;
    expect(await name("a")).toMatch(/^test-token-[0-9a-f]{12}$/);
    expect(await name("a")).toBe(await name("a"));
    expect(await name("a")).not.toBe(await name("b"));
  });

  test("are resources of their own where the program knows their content, so that going back finds the old one", async () => {
    const names = (await withFiles("a"))
      .filter(({ type }) => type.endsWith("Config"))
      .map(({ name }) => name);
    expect(names).toEqual([`conf-${contentHash("a")}`]);
  });

  test("show their content only where it is no secret", async () => {
    const resources = await withFiles("hello");
    expect(inputsOf(resources, "Secret", "token").data).toBe("[secret]");
    expect(inputsOf(resources, "ServiceConfig", "conf").data).toBe(Buffer.from("hello").toString("base64"));
  });
});
