import type { ReleaseManifest } from "../../infra/operations/release/manifest.ts";
import { notReturned, renderChanges } from "../backup/render-restore.ts";
import { commitName, schemaName, second } from "../releases/render-releases.ts";
import type { DowntimeClass } from "../report/downtime.ts";
import { table } from "../table.ts";
import type { CarriedOut } from "./carry-out.ts";
import type { RollbackPlan } from "./rollback-plan.ts";

const DIGEST_LENGTH = 12;

/** The start of an image's digest. */
function digest(image: string | undefined): string {
  return image?.split("@sha256:")[1]?.slice(0, DIGEST_LENGTH) ?? "none";
}

function described({ id, recordedAt, version, commit }: ReleaseManifest): string {
  return [id, `version ${version}`, commitName(commit), second(recordedAt)].filter(Boolean).join(", ");
}

/** The images that are other ones in another release: name, there, here. */
export function changedImages({ from, to }: Pick<RollbackPlan, "from" | "to">): [string, string, string][] {
  const names = [...new Set([...Object.keys(from.images), ...Object.keys(to.images)])].sort();
  return names
    .filter((name) => from.images[name] !== to.images[name])
    .map((name) => [name, digest(from.images[name]), digest(to.images[name])]);
}

function changedSettings({ from, to }: RollbackPlan): string[] {
  const names = [...new Set([...Object.keys(from.settings), ...Object.keys(to.settings)])].sort();
  return names.filter((name) => JSON.stringify(from.settings[name]) !== JSON.stringify(to.settings[name]));
}

function schemaRow({ way: { current, wanted, between }, data, pending }: RollbackPlan): string {
  if (current === wanted) return `${schemaName(current)} stays`;
  if (data || pending?.isRestored) return `${schemaName(current)} → ${schemaName(wanted)}`;
  const names = between.map(({ name }) => schemaName(name)).join(", ");
  return `${schemaName(current)} stays: ${to(names)}`;
}

const to = (names: string) => `${names || "what is newer"} is compatible with the older release`;

function dataLines({ data, pending }: RollbackPlan): string[] {
  if (pending?.isRestored) return ["is back already, and stays as it is"];
  if (!data) return ["stays as it is"];
  const since =
    data.changed.length === 0
      ? "nothing was written since"
      : "written since, and no longer seen by the app (it stays in a database of its own):";
  return [
    `goes back to restore point ${data.restorePoint} of ${second(data.takenAt)}; ${since}`,
    ...renderChanges(data),
  ];
}

/** What a stop means where the data goes back: the app stands still from before until the older release is healthy. */
export function expectedDowntime({ data }: RollbackPlan, downtime: DowntimeClass): DowntimeClass {
  return data && downtime === "zero" ? "brief stop" : downtime;
}

/** The plan of a rollback for whoever must agree to it. */
export function renderRollbackPlan(stack: string, plan: RollbackPlan, downtime: DowntimeClass): string {
  const { from, pending, runsNewest } = plan;
  const images = changedImages(plan).map(([name, here, there]) => `${name} ${here} → ${there}`);
  const settings = changedSettings(plan);
  const [data, ...tables] = dataLines(plan);
  const rows = [
    ["from", described(from) + (runsNewest ? "" : " (what runs now is of no recorded release)")],
    ["to", described(plan.to)],
    ["images", images.length > 0 ? images.join(", ") : "the same"],
    ...(settings.length > 0 ? [["settings", settings.join(", ")]] : []),
    ["schema", schemaRow(plan)],
    ["data", data ?? ""],
    ["downtime", expectedDowntime(plan, downtime)],
  ];
  const begun = pending ? "One that was begun is finished.\n" : "";
  const shown = table(rows.map((row) => row.map((cell, column) => (column === 0 ? `  ${cell}` : cell))));
  return `Rollback of stack ${stack}. ${begun}\n${shown}${tables.map((line) => `${line}\n`).join("")}`;
}

/** What a rollback has done. */
export function renderRolledBack(
  stack: string,
  { to, release, restored, warning }: CarriedOut & { to: string; release: string | null },
): string {
  const lost = restored ? notReturned(restored) : "";
  const kept = restored?.keptAs ? ` What was written since is in database ${restored.keptAs}.` : "";
  return `Stack ${stack} is back at ${to}, recorded as ${release}.${kept}${lost}${warning ? ` ${warning}` : ""}\n`;
}
