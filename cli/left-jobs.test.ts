import { expect, test } from "vitest";
import { removeAllJobs } from "./left-jobs.ts";

test("every job of the stack goes, with its containers, and no other service", async () => {
  const services = ["slipway-release-bake", "slipway-by-hand-backup"];
  const removed: string[][] = [];
  const docker = async ([kind = "", verb = "", ...rest]: readonly string[]) => {
    if (verb === "rm") removed.push([kind, ...rest]);
    if (verb !== "ls") return "";
    if (kind === "container")
      return rest.includes("label=com.docker.swarm.service.name=slipway-release-bake") ? "c1\n" : "";
    expect(rest).toEqual(expect.arrayContaining(["label=slipway.stack=slipway", "mode=replicated-job"]));
    return `${services.join("\n")}\n`;
  };
  await removeAllJobs({ docker, namePrefix: "slipway" });
  expect(removed).toEqual([
    ["service", "slipway-release-bake"],
    ["container", "--force", "c1"],
    ["service", "slipway-by-hand-backup"],
  ]);
});
