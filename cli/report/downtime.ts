/** What a change does to the running stack, from harmless to worst. */
export const DOWNTIME_CLASSES = ["zero", "brief stop", "reboot", "data at risk"] as const;

export type DowntimeClass = (typeof DOWNTIME_CLASSES)[number];

/** The worst of some classes; of none, zero. */
export function worst(classes: Iterable<DowntimeClass>): DowntimeClass {
  const rank = Math.max(0, ...[...classes].map((downtime) => DOWNTIME_CLASSES.indexOf(downtime)));
  return DOWNTIME_CLASSES[rank] ?? "data at risk";
}
