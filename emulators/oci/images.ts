import { invalidParameter } from "./api-error.ts";
import type { Tenancy } from "./tenancy.ts";
import type { Properties, ResourceRecord } from "./tenancy-state.ts";

/** Oracle's images as far as programs ask for them, newest first. All boot the same machine here. */
const VERSIONS = [
  { version: "24.04", builds: ["2026.10.31-0", "2026.09.22-0"] },
  { version: "22.04", builds: ["2026.10.30-0"] },
];

/** Adds the region's images to a new tenancy. */
export function addImages(tenancy: Tenancy): void {
  if (tenancy.of("image").length > 0) return;
  for (const { version, builds } of VERSIONS)
    for (const build of builds)
      for (const architecture of ["", "-aarch64"]) {
        tenancy.add("image", {
          displayName: `Canonical-Ubuntu-${version}${architecture}-${build}`,
          operatingSystem: "Canonical Ubuntu",
          operatingSystemVersion: architecture ? `${version} aarch64` : version,
          timeCreated: `${build.slice(0, 10).replaceAll(".", "-")}T00:00:00.000Z`,
          state: "AVAILABLE",
          launchMode: "NATIVE",
          sizeInMbs: "47694",
        });
      }
}

/** Throws 400 where an instance's source is no image of this region. */
export function requireImage(tenancy: Tenancy, source: Properties | undefined): void {
  if (source?.sourceType !== "image") throw invalidParameter("sourceDetails.sourceType must be image");
  if (tenancy.find(source.sourceId)?.kind !== "image")
    throw invalidParameter(`Invalid imageId: ${source.sourceId}`);
}

/** The images that `getImages` answers with. */
export function findImages(tenancy: Tenancy, wanted: Properties): Properties[] {
  const asked = ["displayName", "operatingSystem", "state"].filter((name) => wanted[name] !== undefined);
  const fits = ({ properties }: ResourceRecord) =>
    asked.every((name) => properties[name] === wanted[name]) && fitsVersion(properties, wanted);
  const found = tenancy.of("image").filter(fits);
  const direction = wanted.sortOrder === "ASC" ? 1 : -1;
  const time = ({ properties }: ResourceRecord) => String(properties.timeCreated);
  return found
    .sort((a, b) => direction * time(a).localeCompare(time(b)))
    .map(({ id, properties }) => ({ id, ...properties }));
}

/** With a shape, the version goes without its architecture: the shape has one. */
function fitsVersion(properties: Properties, { operatingSystemVersion, shape }: Properties): boolean {
  const version = String(properties.operatingSystemVersion);
  const isArm = version.endsWith(" aarch64");
  if (shape !== undefined && isArm !== String(shape).includes(".A1.")) return false;
  if (operatingSystemVersion === undefined) return true;
  return (
    operatingSystemVersion === version ||
    (shape !== undefined && version === `${operatingSystemVersion} aarch64`)
  );
}
