import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readBaseImages } from "../../infra/swarm/base-images.ts";
import { docker } from "../../infra/swarm/docker-client.ts";
import { pruneImages } from "./prune-images.ts";

const { nginx, registry } = readBaseImages(join(import.meta.dirname, "../.."));
const namePrefix = `slipway-test-${randomUUID().slice(0, 8)}`;
const container = `${namePrefix}-registry`;
let address: string;

async function startRegistry(): Promise<string> {
  const volume = `${namePrefix}-registry-data:/var/lib/registry`;
  const health = [
    "--health-cmd",
    "wget -q -O /dev/null http://127.0.0.1:5000/v2/",
    "--health-interval",
    "1s",
  ];
  const publish = ["--publish", "127.0.0.1:0:5000"];
  await docker([
    "run",
    "--detach",
    "--name",
    container,
    "--volume",
    volume,
    ...health,
    ...publish,
    registry.imageId,
  ]);
  // A port of its own for as long as the container lives, so it is looked up, and then fixed, like the program's.
  const port = (await docker(["port", container, "5000/tcp"])).trim().split(":").at(-1) ?? "";
  await docker(["rm", "--force", container]);
  await docker([
    ...["run", "--detach", "--name", container, "--volume", volume, ...health],
    ...["--publish", `127.0.0.1:${port}:5000`, registry.imageId],
  ]);
  return `127.0.0.1:${port}`;
}

/** Builds and pushes a version of an image; all have one layer of 4 MB in common. Returns its digest. */
async function push(version: string, layer = "shared"): Promise<string> {
  const name = `${address}/slipway/app:${version}`;
  const dockerfile = `FROM ${nginx.reference}
USER 0:0
RUN yes ${namePrefix}-${layer} | head -c 4000000 > /common
RUN echo ${namePrefix}-${version} > /version
`;
  const environment = { env: { DOCKER_BUILDKIT: "0" }, input: dockerfile };
  await execa("docker", ["build", "--quiet", "--tag", name, "-"], environment);
  const pushed = await execa("docker", ["push", name], { retry: undefined } as object);
  return /digest: (sha256:[0-9a-f]{64})/.exec(String(pushed.stdout))?.[1] ?? "";
}

async function canBePulled(digest: string): Promise<boolean> {
  const { failed } = await execa("docker", ["pull", `${address}/slipway/app@${digest}`], { reject: false });
  return !failed;
}

beforeAll(async () => {
  address = await startRegistry();
  // What other builds on this machine have left, so that what is counted is the tests' own.
  await pruneImages({ namePrefix, docker, readState: async () => "" });
});

afterAll(async () => {
  await docker(["rm", "--force", "--volumes", container]);
  await docker(["volume", "rm", `${namePrefix}-registry-data`]);
  const ids = (await docker(["image", "ls", "--quiet", "--filter", `reference=${address}/*/*`])).split("\n");
  const own = [...new Set(ids.filter(Boolean))];
  if (own.length > 0) await docker(["image", "rm", "--force", ...own]);
});

test("what nothing names goes from engine and registry; what the state names stays, and pushes still work", async () => {
  const old = await push("one", "of its own");
  const kept = await push("two");
  const pruned = await pruneImages({
    namePrefix,
    docker,
    readState: async () => `"${address}/slipway/app@${kept}"`,
  });
  expect(pruned).toEqual({ images: 1, tags: 1 });
  await docker(["image", "rm", `${address}/slipway/app:two`]);
  expect(await canBePulled(kept)).toBe(true);
  expect(await canBePulled(old)).toBe(false);
  // Its layer was in the registry once: one that believes it still is would take an image without it.
  const again = await push("three", "of its own");
  await docker(["image", "rm", "--force", `${address}/slipway/app:three`]);
  expect(await canBePulled(again)).toBe(true);
});

test("an image that the engine still has is pushed whole when its layers have gone from the registry", async () => {
  const readState = async () => "";
  await pruneImages({ namePrefix, docker, readState });
  const blobs = async () =>
    (await docker(["exec", container, "find", "/var/lib/registry", "-path", "*/blobs/*", "-name", "data"]))
      .split("\n")
      .filter(Boolean)
      .sort();
  expect(await blobs()).toEqual([]);
  const name = `${address}/slipway/app:four`;
  await push("four");
  const pushed = await blobs();
  const other = `${namePrefix}:four`;
  await docker(["tag", name, other]);
  expect(await pruneImages({ namePrefix, docker, readState })).toMatchObject({ tags: 1 });
  expect(await blobs()).toEqual([]);
  await docker(["tag", other, name]);
  await docker(["push", name]);
  expect(await blobs()).toEqual(pushed);
  await pruneImages({ namePrefix, docker, readState });
  await docker(["image", "rm", "--force", other]);
});

test("where there is nothing to remove, the state is not even asked for", async () => {
  await pruneImages({ namePrefix, docker, readState: async () => "" });
  const readState = () => Promise.reject(new Error("asked for"));
  expect(await pruneImages({ namePrefix, docker, readState })).toEqual({ images: 0, tags: 0 });
});

test("an image under the name of a registry that several machines share goes from the engine as well", async () => {
  const name = `registry.example/space/${namePrefix}/slipway/app:old`;
  await docker(["tag", nginx.reference, name]);
  const pruned = await pruneImages({ namePrefix, docker, readState: async () => "" });
  expect(pruned).toEqual({ images: 1, tags: 0 });
  expect(await docker(["image", "ls", "--quiet", name])).toBe("");
});

test("what another machine has pulled goes too, but what the state names; one that does not answer holds up nothing", async () => {
  const names = ["old", "kept"].map((tag) => `registry.example/space/${namePrefix}/slipway/app:${tag}`);
  const ids = ["sha256:".padEnd(71, "0"), "sha256:".padEnd(71, "1")];
  const removed: string[] = [];
  const other = async ([, verb, name = ""]: readonly string[]) => {
    if (verb === "ls") return names.map((one, index) => `${ids[index]} <none> ${one}`).join("\n");
    removed.push(name);
    return "";
  };
  const silent = () => Promise.reject(new Error("no route"));
  const readState = async () => ids[1] ?? "";
  const pruned = await pruneImages({ namePrefix, docker, others: [other, silent], readState });
  expect(pruned).toEqual({ images: 1, tags: 0 });
  expect(removed).toEqual(names.slice(0, 1));
});
