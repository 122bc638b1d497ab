import { expect, test } from "vitest";
import { differences } from "./differences.ts";

const spec = () => ({
  Name: "shop-edge",
  Labels: { "slipway.stack": "shop" },
  TaskTemplate: {
    ContainerSpec: {
      Image: "shop/edge@sha256:a",
      Env: ["LOG_LEVEL=info", "PORT=8080"],
      Mounts: [{ Type: "tmpfs", Target: "/tmp" }],
      Configs: [{ File: { Name: "/etc/nginx/nginx.conf" }, ConfigName: "shop-edge-conf-1", ConfigID: "a" }],
      Secrets: [{ File: { Name: "/run/secrets/key" }, SecretName: "shop-key-1", SecretID: "b" }],
    },
    Networks: [{ Target: "net-1", Aliases: ["edge"] }],
  },
  Mode: { Replicated: { Replicas: 2 } },
});

type Spec = ReturnType<typeof spec>;

function found(change: (changed: Spec) => void) {
  const changed = spec();
  change(changed);
  return differences({ "shop-edge": spec() }, { "shop-edge": changed });
}

test.each<[string, (changed: Spec) => void, object]>([
  [
    "an image",
    (s) => (s.TaskTemplate.ContainerSpec.Image = "x"),
    { what: "image", was: "shop/edge@sha256:a", is: "x" },
  ],
  [
    "a variable",
    (s) => (s.TaskTemplate.ContainerSpec.Env[0] = "LOG_LEVEL=debug"),
    { what: "environment LOG_LEVEL", was: "info", is: "debug" },
  ],
  [
    "a new variable",
    (s) => void s.TaskTemplate.ContainerSpec.Env.unshift("DEBUG=1"),
    { what: "environment DEBUG", was: undefined, is: "1" },
  ],
  [
    "a mount that is gone",
    (s) => (s.TaskTemplate.ContainerSpec.Mounts = []),
    { what: "mount /tmp", was: '{"Type":"tmpfs","Target":"/tmp"}', is: undefined },
  ],
  [
    "Nginx's configuration",
    (s) => Object.assign(s.TaskTemplate.ContainerSpec.Configs[0] as object, { ConfigName: "other" }),
    { what: "config /etc/nginx/nginx.conf", was: "shop-edge-conf-1", is: "other" },
  ],
  [
    "a secret",
    (s) => Object.assign(s.TaskTemplate.ContainerSpec.Secrets[0] as object, { SecretName: "other" }),
    { what: "secret /run/secrets/key", was: "shop-key-1", is: "other" },
  ],
  ["replicas", (s) => (s.Mode.Replicated.Replicas = 1), { what: "replicas", was: "2", is: "1" }],
])("%s is one difference, told by its name", (_what, change, expected) => {
  expect(found(change)).toEqual([{ service: "shop-edge", ...expected }]);
});

test("nothing changed is no difference, in whatever order the engine tells it", () => {
  expect(found((s) => void s.TaskTemplate.ContainerSpec.Env.reverse())).toEqual([]);
});

test("services that are gone, and strangers under the stack's label, are told", () => {
  expect(differences({ a: { Name: "a" } }, { b: { Name: "b" } })).toEqual([
    { service: "a", what: "service", was: "there", is: undefined },
    { service: "b", what: "service", was: undefined, is: "there" },
  ]);
});
