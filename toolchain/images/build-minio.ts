import { join } from "node:path";
import { buildGo, type GoBuild, goBuildArguments, goMissing } from "../go-build.ts";
import { ImageError } from "./image-error.ts";
import { recipesDir } from "./recipes-dir.ts";
import { commandExists, runCommand } from "./run-command.ts";
import versions from "./versions.json" with { type: "json" };

const programs = ["probe", "minio"] as const;
type Program = (typeof programs)[number];

export interface MinioBuild {
  /** Where `minio` and `probe` are put. */
  outDir: string;
  architecture: "amd64" | "arm64";
  note: (text: string) => void;
  /** Gets an image with Go in it, when the machine has no Go; false where nothing can be pulled. */
  pull: (image: string) => Promise<boolean>;
}

/** Compiles the object store's server and the probe of its health check: about 180 s on two cores, 1.6 GB. */
export async function buildMinio(build: MinioBuild): Promise<void> {
  const { outDir, architecture, note, pull } = build;
  if (await commandExists("go", ["version"])) {
    const env = { GOOS: "linux", GOARCH: architecture, GOFLAGS: "-buildvcs=false" };
    for (const program of programs) await buildGo({ ...goBuild(program, join(outDir, program)), env, note });
    return;
  }
  note("no Go here: getting an image with it");
  if (!(await pull(versions.minio.go))) throw new ImageError(goMissing(process.platform === "linux"));
  for (const program of programs) await compileInContainer(program, outDir, note);
}

/** The arguments of `go` for each program, as part of the recipe. */
export function minioBuildCommands(): string[] {
  return programs.flatMap((program) => goBuildArguments(goBuild(program, program)));
}

/** Linker variables that make `minio --version` say which commit it is, from the module's pseudo-version. */
export function minioVersionVariables(pseudoVersion: string): Record<string, string> {
  const match = /-(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)-([0-9a-f]{12})$/.exec(pseudoVersion);
  if (!match) throw new ImageError(`versions.json: minio: ${pseudoVersion} is not a Go pseudo-version`);
  const [, year, month, day, hour, minute, second, commit] = match as unknown as string[];
  const values = {
    Version: `${year}-${month}-${day}T${hour}:${minute}:${second}Z`,
    ReleaseTag: `DEVELOPMENT.${year}-${month}-${day}T${hour}-${minute}-${second}Z`,
    CommitID: `${commit}`,
    ShortCommitID: `${commit}`,
    CopyrightYear: `${year}`,
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [`github.com/minio/minio/cmd.${name}`, value]),
  );
}

function goBuild(program: Program, output: string): GoBuild {
  const common = { directory: join(recipesDir, program), package: ".", output };
  if (program === "probe") return common;
  return { ...common, tags: ["kqueue"], variables: minioVersionVariables(versions.minio.version) };
}

async function compileInContainer(program: Program, outDir: string, note: (text: string) => void) {
  note(`compiling ${program} in a container`);
  const container = `slipway-build-${program}-${process.pid}`;
  const go = ["go", ...goBuildArguments(goBuild(program, `/out/${program}`))];
  const settings = ["--name", container, "--env", "CGO_ENABLED=0", "--workdir", "/src"];
  await runCommand("docker", ["create", ...settings, versions.minio.go, ...go]);
  try {
    await runCommand("docker", ["cp", `${join(recipesDir, program)}/.`, `${container}:/src`]);
    await runCommand("docker", ["start", "--attach", container]);
    await runCommand("docker", ["cp", `${container}:/out/${program}`, join(outDir, program)]);
  } finally {
    await runCommand("docker", ["rm", "--force", container]);
  }
}
