import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";

type Source = { path: string; text: string };
type Import = { from: string; to: string; typeOnly: boolean };

const root = import.meta.dirname;
const GENERATED = "app/web/generated/";
/** Processes' first files: they alone act when they are loaded. */
const ENTRY =
  /import\.meta\.main|\/main\.ts$|^(app\/(build|generate|health)|backup\/build|certificates\/build|bench\/[a-z-]+)\.ts$/;

const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});
const paths = listed
  .split("\n")
  .filter((path) => path && !path.startsWith(GENERATED) && existsSync(join(root, path)));
const sources: Source[] = paths
  .filter((path) => /\.tsx?$/.test(path))
  .map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));

const isTest = ({ path }: { path: string }) =>
  /\.(test|e2e|night)\.tsx?$|^(infra\/recording|app\/testing|(backup|certificates)\/testing|app\/web\/testing|e2e|bench)\//.test(
    path,
  );

/** The project's own files that a source imports, by their paths from the root. */
function importsOf({ path, text }: Source): Import[] {
  const found = text.matchAll(/^(?:import|export)( type)?\b[^;]*?from "(\.[^"]+)";/gm);
  return [...found].map(([, type, to]) => ({
    from: path,
    to: normalize(join(dirname(path), to ?? "")),
    typeOnly: type !== undefined,
  }));
}

const program = sources.filter((source) => !isTest(source));
const imports = program.flatMap(importsOf);
const topFolder = (path: string) => path.split("/")[0] ?? "";
const told = ({ from, to }: Import) => `${from} imports ${to}`;

describe("imports", () => {
  /** The folders that each top folder may import from, besides itself. */
  const MAY_IMPORT: Record<string, readonly string[]> = {
    app: [],
    backup: [],
    certificates: [],
    infra: [],
    stacks: ["infra"],
    toolchain: [],
    cli: ["stacks", "infra", "toolchain"],
    // For tests only: an emulator may drive the product that it is an emulator for.
    emulators: ["app"],
  };

  test("go one way: the product knows nothing of how it is deployed, and only stacks know everything", () => {
    const wrong = imports.filter(({ from, to, typeOnly }) => {
      const allowed = MAY_IMPORT[topFolder(from)];
      if (!allowed || topFolder(to) === topFolder(from) || allowed.includes(topFolder(to))) return false;
      const contracts: Record<string, string> = {
        "infra/product": "app/env.ts",
        "infra/operations": "backup/config.ts",
        "infra/web": "certificates/config.ts",
      };
      return !(typeOnly && contracts[from.split("/").slice(0, 2).join("/")] === to);
    });
    expect(wrong.map(told)).toEqual([]);
  });

  test("between subjects of infra lead to settings and swarm alone, so that each can be read by itself", () => {
    const subject = (path: string) => path.split("/")[1];
    const wrong = imports
      .filter(({ from, to }) => topFolder(from) === "infra" && topFolder(to) === "infra")
      .filter(
        ({ from, to }) => subject(from) !== subject(to) && !["settings", "swarm"].includes(subject(to) ?? ""),
      );
    expect(wrong.map(told)).toEqual([]);
  });

  test("of what records programs for tests stay out of programs", () => {
    expect(
      imports.filter(({ to }) => to.startsWith("infra/recording/") || to.startsWith("e2e/")).map(told),
    ).toEqual([]);
  });

  test("never reach through a barrel, which hides what depends on what and loads more than is used", () => {
    const barrels = sources.filter(({ text }) => /^export \* from/m.test(text)).map(({ path }) => path);
    const indexes = paths.filter((path) => /(^|\/)index\.tsx?$/.test(path) && path !== "stacks/index.ts");
    expect([...barrels, ...indexes]).toEqual([]);
  });
});

describe("resources", () => {
  const makersOf = (constructed: string) =>
    program
      .filter(({ text }) => new RegExp(`new (?:\\w+\\.)?${constructed}\\(`).test(text))
      .map(({ path }) => path);

  test("that run containers are made in one place each, so that the rules of the house cannot be forgotten", () => {
    const inInfra = (constructed: string) =>
      makersOf(constructed).filter((path) => path.startsWith("infra/"));
    expect(inInfra("Service")).toEqual(["infra/swarm/service.ts"]);
    expect(inInfra("Container")).toEqual(["infra/swarm/registry.ts"]);
    expect(inInfra("Command").sort()).toEqual([
      "infra/operations/release/gate.ts",
      "infra/swarm/machine-step.ts",
      "infra/swarm/send-images.ts",
    ]);
  });

  test("take only the parts of Pulumi's packages that they use, since the whole slows every command", () => {
    const whole = program.filter(({ text }) => /from "@pulumi\/(docker|command|oci)";/.test(text));
    expect(whole.map(({ path }) => path)).toEqual([]);
  });

  test("name images by digest: no tag that could come to mean something else", () => {
    const dockerfiles = paths.filter((path) => /^(app|backup|certificates)\/Dockerfile/.test(path));
    const bases = dockerfiles.flatMap((path) =>
      [...readFileSync(join(root, path), "utf8").matchAll(/^FROM (\S+)/gm)].map(
        ([, base]) => `${path}: ${base}`,
      ),
    );
    expect(bases.filter((base) => !/: \$\{[A-Z_]+\}$/.test(base))).toEqual([]);
  });
});

describe("files", () => {
  test("do nothing when they are imported: no settings, no environment, no exit, no resource", () => {
    const quiet = program.filter(
      ({ path, text }) =>
        /^(infra|stacks|app|cli|toolchain)\//.test(path) &&
        !ENTRY.test(path) &&
        !/import\.meta\.main/.test(text),
    );
    const acts =
      /^(?:(?:export )?const \w+[^=\n]* = (?:await |new (?:pulumi|docker)\.)|(?:export )?const .*process\.(?:env|exit)|process\.(?:env|exit)|await |new )/m;
    // Workers of Node and programs of the web page begin with their first line.
    const begun = quiet.filter(({ path }) => !/-(thread|worker)\.ts$|^app\/web\/|^cli\/bin\//.test(path));
    expect(begun.filter(({ text }) => acts.test(text)).map(({ path }) => path)).toEqual([]);
  });

  test("are named for what they hold: utils, helpers and common hold anything", () => {
    const named = paths.filter((path) => /(^|[/-])(utils?|helpers?|common)([./-]|$)/.test(path));
    expect(named).toEqual([]);
  });

  test("are small: half of them under 85 lines, hardly one over 250", () => {
    const sizes = program.map(({ path, text }) => ({ path, lines: text.split("\n").length }));
    const sorted = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(85);
    const large = sizes.filter(({ lines }) => lines > 250);
    expect(large.length, large.map(({ path }) => path).join(", ")).toBeLessThanOrEqual(sizes.length * 0.02);
  });

  test("that test stand beside what they test, so that neither is moved or read alone", () => {
    const alone = sources
      .filter(({ path }) => /\.(db\.|engine\.|browser\.)?test\.tsx?$/.test(path))
      .filter(({ path }) => {
        const folder = dirname(path);
        return !paths.some(
          (other) => dirname(other) === folder && other !== path && !basename(other).includes(".test."),
        );
      });
    expect(alone.map(({ path }) => path)).toEqual([]);
  });
});
