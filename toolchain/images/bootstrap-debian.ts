import { ImageError } from "./image-error.ts";
import { commandExists, runCommand } from "./run-command.ts";

const SUITE = "bookworm";
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";
const TARGET_FORMAT = "$(SITE) $(RELEASE) $(COMPONENT) $(ORIGIN) $(CODENAME)";

/**
 * Makes the root file system of a slim Debian 12 as a tar file: essential packages, apt and certificates,
 * with security updates, without manuals and translations. Needs root on a Debian machine; about 30 s, 80 MB.
 */
export async function bootstrapDebian(tarFile: string, architecture: string, note: (text: string) => void) {
  await requireDebian(architecture);
  if (!(await commandExists("mmdebstrap"))) await installBootstrapper(note);
  const { stdout } = await runCommand("apt-get", [
    "indextargets",
    "--format",
    TARGET_FORMAT,
    "Created-By: Packages",
  ]);
  const sources = debianSources(stdout);
  await runCommand("mmdebstrap", bootstrapArguments(tarFile), {
    cwd: import.meta.dirname,
    input: sources,
    onLine: (line) => line.startsWith("I: ") && note(line.slice(3)),
  });
}

/**
 * Lines of a sources.list for Debian 12, from the machine's own sources as `apt-get indextargets` prints them
 * in TARGET_FORMAT. A machine with a newer Debian keeps its mirrors; only the suite's name is changed.
 */
export function debianSources(indexTargets: string): string {
  const lines = indexTargets.split("\n").flatMap((line) => {
    const [site, release, component, origin, codename] = line.trim().split(" ");
    const machineSuite = codename?.replace(/-.*$/, "");
    if (!site || !release || component !== "main" || origin !== "Debian" || !machineSuite) return [];
    return [`deb [signed-by=${KEYRING}] ${site} ${release.replace(machineSuite, SUITE)} main`];
  });
  if (lines.length === 0) throw new ImageError("apt has no Debian source: add one and run `apt-get update`.");
  return `${[...new Set(lines)].join("\n")}\n`;
}

/** The arguments of mmdebstrap, to be run in this folder with the sources on its standard input. */
export function bootstrapArguments(tarFile: string): string[] {
  return [
    "--variant=apt",
    "--include=ca-certificates,usr-is-merged",
    "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr",
    "--dpkgopt=debian/dpkg-exclusions",
    '--aptopt=APT::Install-Recommends "false"',
    SUITE,
    tarFile,
    "-",
  ];
}

async function requireDebian(architecture: string) {
  const remedy =
    "let the Docker engine reach an image registry, or run this once as root on a Debian machine with that engine";
  if (process.platform !== "linux" || !(await commandExists("apt-get")) || process.getuid?.() !== 0) {
    throw new ImageError(
      `No image registry can be reached, and the base images can be made from packages only by root on Debian: ${remedy}.`,
    );
  }
  const { stdout: own } = await runCommand("dpkg", ["--print-architecture"]);
  if (own.trim() !== architecture) {
    throw new ImageError(`This machine is ${own.trim()} but its engine is ${architecture}: ${remedy}.`);
  }
}

async function installBootstrapper(note: (text: string) => void) {
  note("installing mmdebstrap");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  await runCommand("apt-get", ["update", "-qq"], { env });
  await runCommand("apt-get", ["install", "-qq", "-y", "--no-install-recommends", "mmdebstrap"], { env });
}
