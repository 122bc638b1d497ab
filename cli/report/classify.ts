import { type DowntimeClass, worst } from "./downtime.ts";
import type { Change } from "./preview.ts";
import { isWithin } from "./property-path.ts";
import type { Rule, Rules } from "./rule.ts";
import { RULES } from "./rules.ts";

/** A change with its downtime class and the reason for it. */
export type ClassifiedChange = { change: Change; downtime: DowntimeClass; why: string };

type Verdict = Pick<Rule, "downtime" | "why"> & { property?: string };

function fits(rule: Rule, change: Change, property: string | undefined): boolean {
  if (rule.on && !rule.on.includes(change.operation)) return false;
  const { properties } = rule;
  if (properties && !(property && properties.some((outer) => isWithin(property, outer)))) return false;
  return rule.when?.(change) ?? true;
}

/** One verdict for each changed property of an update; one for the whole of anything else. */
function verdicts(rules: Rules, change: Change): Verdict[] {
  const properties = change.properties.length > 0 ? change.properties : [undefined];
  return properties.map((property) => {
    const named = property === undefined ? {} : { property };
    const rule = rules.find((candidate) => fits(candidate, change, property));
    if (rule) return { ...named, downtime: rule.downtime, why: rule.why };
    return { ...named, downtime: "brief stop", why: "no rule knows this change, treated as brief stop" };
  });
}

function propertiesText(properties: readonly string[]): string {
  const [first, ...more] = properties;
  if (first === undefined) return "";
  return more.length === 0 ? ` (${first})` : ` (${first} and ${more.length} more)`;
}

const GOES = ["delete", "replace"];

/** The downtime class of a change, by the rules for its type, and why. */
export function classify(change: Change, rules: Readonly<Record<string, Rules>> = RULES): ClassifiedChange {
  if (change.isProtected && GOES.includes(change.operation)) {
    const why = "it is protected, so it is held to be of value; Pulumi refuses as long as it is";
    return { change, downtime: "data at risk", why };
  }
  const known = rules[change.type];
  if (!known || change.operation === "unknown") {
    const what = known ? "a kind of change" : `a type (${change.type})`;
    return {
      change,
      downtime: "brief stop",
      why: `${what} that no rule knows: unknown, treated as brief stop`,
    };
  }
  const all = verdicts(known, change);
  const downtime = worst(all.map((verdict) => verdict.downtime));
  const decisive = all.filter((verdict) => verdict.downtime === downtime);
  const properties = decisive.flatMap(({ property }) => property ?? []);
  return { change, downtime, why: `${decisive[0]?.why}${propertiesText(properties)}` };
}
