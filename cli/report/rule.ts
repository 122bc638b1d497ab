import type { DowntimeClass } from "./downtime.ts";
import type { Change, Operation } from "./preview.ts";

/** What one kind of change to one type of resource does. The first rule that fits decides. */
export type Rule = {
  /** The operations that it is for; every one where absent. */
  on?: readonly Operation[];
  /** The properties that it is for, with all within them; any where absent. Properties change in updates alone. */
  properties?: readonly string[];
  /** A further condition. */
  when?: (change: Change) => boolean;
  downtime: DowntimeClass;
  /** Words that follow the change in a table: what happens, not what is hoped for. */
  why: string;
};

/** Rules for one type of resource. What none of them fits is treated as a brief stop. */
export type Rules = readonly Rule[];
