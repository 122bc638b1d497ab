import { expect, test } from "vitest";
import { jobOfService } from "./job-of-service.ts";

const file = (name: string) => ({ File: { Name: name, UID: "999", GID: "999", Mode: 256 } });
const service = {
  Labels: { "slipway.stack": "test" },
  TaskTemplate: {
    ContainerSpec: {
      Image: "127.0.0.1:5000/backups@sha256:abc",
      User: "999:999",
      Args: ["schedule"],
      Env: ["TZ=UTC", "ODD=a=b\nc"],
      Mounts: [
        { Type: "tmpfs", Target: "/tmp" },
        { Type: "volume", Source: "test-scratch", Target: "/scratch" },
        { Type: "volume", Source: "test-data", Target: "/data", ReadOnly: true },
      ],
      Secrets: [{ SecretID: "1", SecretName: "test-key-1", ...file("/run/secrets/key") }],
      Configs: [{ ConfigID: "2", ConfigName: "test-config-1", ...file("/etc/slipway/backup.json") }],
    },
    Resources: { Limits: { MemoryBytes: 402_653_184, NanoCPUs: 1_500_000_000 } },
    Networks: [{ Target: "network-id", Aliases: ["backups"] }],
    Placement: { Constraints: ["node.labels.slipway.data == true"] },
  },
};
const own = { name: "test-by-hand-now-1", args: ["backup", "now"], timeoutSeconds: 60 };

test("a job has everything that the service has, and its own arguments", () => {
  expect(jobOfService(service, own)).toEqual({
    ...own,
    image: "127.0.0.1:5000/backups@sha256:abc",
    user: 999,
    memoryMb: 384,
    cpus: 1.5,
    env: { TZ: "UTC", ODD: "a=b\nc" },
    secrets: [{ source: "test-key-1", path: "/run/secrets/key" }],
    configs: [{ source: "test-config-1", path: "/etc/slipway/backup.json" }],
    volumes: { "/scratch": "test-scratch" },
    readOnlyVolumes: { "/data": "test-data" },
    networks: ["network-id"],
    labels: { "slipway.stack": "test" },
    constraint: "node.labels.slipway.data == true",
  });
});

test("a service that says nothing of some things makes a job without them", () => {
  const { Image, User } = service.TaskTemplate.ContainerSpec;
  const { Resources } = service.TaskTemplate;
  const job = jobOfService({ TaskTemplate: { ContainerSpec: { Image, User }, Resources } }, own);
  expect(job).toMatchObject({ env: {}, secrets: [], configs: [], volumes: {}, networks: [], labels: {} });
  expect(job).not.toHaveProperty("constraint");
});
