import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CheckResult, DiffResult, Provider } from "@pulumi/pulumi/provider/provider.js";
import { type Properties, runLocal } from "./local-command.ts";
import { endProcesses } from "./run-process.ts";
import { plain } from "./values.ts";

const LOCAL_COMMAND = "command:local:Command";
const LOCAL_RUN = "command:local:run";

/** Shows a line to the user; the resource's URN is empty for a function's. */
export type Show = (urn: string, text: string) => void;

/** The inputs of a local command; whatever else stands in its state is output. */
const LOCAL_INPUTS = [
  ...["create", "update", "delete", "interpreter", "dir", "environment", "stdin", "logging", "triggers"],
  ...["addPreviousOutputInEnv", "assetPaths", "archivePaths"],
];

/**
 * What a change of inputs means. Both sides may hold wrapped secrets, on one side only when a value has become secret:
 * that alone is no change, or every run would be an update.
 */
export function diffLocal(olds: Properties, news: Properties): DiffResult {
  const changed = LOCAL_INPUTS.filter((name) => !isDeepStrictEqual(plain(olds[name]), plain(news[name])));
  return { changes: changed.length > 0, replaces: changed.filter((name) => name === "triggers") };
}

/** What is wrong with a resource's inputs. */
export function checkLocal(news: Properties): CheckResult {
  const failures = Object.keys(news)
    .filter((name) => !LOCAL_INPUTS.includes(name) && !name.startsWith("__"))
    .map((property) => ({ property, reason: `${LOCAL_COMMAND} has no such input` }));
  return { inputs: news, failures };
}

/** The provider of the command package: the official one's tokens and behaviour, for local commands. */
export function commandProvider(version: string, show: Show): Provider {
  return {
    version,
    schema: JSON.stringify({ name: "command", version }),
    async check(urn, _olds, news) {
      requireLocal(urn);
      return checkLocal(news);
    },
    diff: async (_id, _urn, olds, news) => diffLocal(olds, news),
    async create(urn, inputs) {
      const outs = await runLocal("create", inputs, {}, (line) => show(urn, line));
      return { id: `${nameOf(urn)}${randomBytes(4).toString("hex")}`, outs };
    },
    update: async (_id, urn, olds, news) => ({
      outs: await runLocal("update", news, olds, (line) => show(urn, line)),
    }),
    async delete(_id, urn, properties) {
      await runLocal("delete", properties, properties, (line) => show(urn, line));
    },
    async invoke(token, args) {
      if (token !== LOCAL_RUN) throw new Error(missing(token));
      return { outputs: await runLocal("command", args, {}, (line) => show("", line)) };
    },
    async cancel() {
      endProcesses();
    },
  };
}

/** The last two parts of urn:pulumi:stack::project::parents$type::name. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function requireLocal(urn: string): void {
  if (typeOf(urn) !== LOCAL_COMMAND) throw new Error(missing(typeOf(urn)));
}

function missing(token: string): string {
  return (
    `${token} needs the official command plugin, which can't be downloaded here. ` +
    `The plugin in its place has ${LOCAL_COMMAND} and ${LOCAL_RUN} only.`
  );
}
