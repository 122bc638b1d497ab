import { join } from "node:path";
import { buildGo, type GoBuild, goBuildArguments, goMissing } from "../go-build.ts";
import { ImageError } from "./image-error.ts";
import { commandExists, runCommand } from "./run-command.ts";
import versions from "./versions.json" with { type: "json" };

/** A program of a base image that is compiled from a Go module. */
export interface GoProgram {
  name: string;
  /** How it is built into a file; the directory is the module's. */
  build(output: string): GoBuild;
}

export interface ProgramsBuild {
  /** Where the programs are put, by their names. */
  outDir: string;
  architecture: "amd64" | "arm64";
  note: (text: string) => void;
  /** Gets an image with Go in it, when the machine has no Go; false where nothing can be pulled. */
  pull: (image: string) => Promise<boolean>;
}

/** Compiles the programs: with this machine's Go, or in a container where it has none. */
export async function buildPrograms(programs: readonly GoProgram[], build: ProgramsBuild): Promise<void> {
  const { outDir, architecture, note, pull } = build;
  if (await commandExists("go", ["version"])) {
    const env = { GOOS: "linux", GOARCH: architecture, GOFLAGS: "-buildvcs=false" };
    for (const program of programs)
      await buildGo({ ...program.build(join(outDir, program.name)), env, note });
    return;
  }
  note("no Go here: getting an image with it");
  if (!(await pull(versions.minio.go))) throw new ImageError(goMissing(process.platform === "linux"));
  for (const program of programs) await compileInContainer(program, outDir, note);
}

/** The arguments of `go` for each program, as part of a recipe. */
export function buildCommands(programs: readonly GoProgram[]): string[] {
  return programs.flatMap(({ name, build }) => goBuildArguments(build(name)));
}

async function compileInContainer(
  { name, build }: GoProgram,
  outDir: string,
  note: (text: string) => void,
): Promise<void> {
  note(`compiling ${name} in a container`);
  const container = `slipway-build-${name}-${process.pid}`;
  const { directory } = build("");
  const go = ["go", ...goBuildArguments(build(`/out/${name}`))];
  const settings = ["--name", container, "--env", "CGO_ENABLED=0", "--workdir", "/src"];
  await runCommand("docker", ["create", ...settings, versions.minio.go, ...go]);
  try {
    await runCommand("docker", ["cp", `${directory}/.`, `${container}:/src`]);
    await runCommand("docker", ["start", "--attach", container]);
    await runCommand("docker", ["cp", `${container}:/out/${name}`, join(outDir, name)]);
  } finally {
    await runCommand("docker", ["rm", "--force", container]);
  }
}
