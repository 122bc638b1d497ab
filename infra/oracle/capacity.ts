import { setTimeout as sleep } from "node:timers/promises";
import { ComputeCapacityReport } from "@pulumi/oci/core/computeCapacityReport.js";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { ConfigError } from "../settings/config-error.ts";
import { whole } from "../settings/fields.ts";

export const CapacitySettings = z.strictObject({
  /** How often all domains are asked, and how often a launch is tried, in one `up`. */
  attemptsMax: whole(1, 100),
  /** Between two attempts. */
  waitSeconds: whole(0, 3_600),
});

export type CapacitySettings = z.infer<typeof CapacitySettings>;

/** A kind of machine, as far as Oracle must have room for it. */
export type Shape = { shape: string; ocpus: number; memoryGb: number };

export type FindDomainArgs = {
  /** Only the tenancy itself may ask for reports. */
  tenancyId: string;
  /** Availability domains, in the order of preference. */
  domains: readonly string[];
  /** The one that it must be, where what the machine needs is there already; the others are asked all the same. */
  only?: string | undefined;
  shape: Shape;
  settings: CapacitySettings;
};

/** An output's value, and whether it has one yet: in a preview it has none before its resource is there. */
async function settled<T>(output: pulumi.Output<T>): Promise<{ isKnown: boolean; value: T }> {
  const inner = output as unknown as {
    isKnown: Promise<boolean>;
    promise(withUnknowns: boolean): Promise<T>;
  };
  return { isKnown: await inner.isKnown, value: await inner.promise(true) };
}

/** What Oracle says of a domain's room in one round: the report stays in the state, so a later `up` asks nothing. */
function reportOf(name: string, domain: string, args: FindDomainArgs, opts: pulumi.CustomResourceOptions) {
  const { shape, ocpus, memoryGb } = args.shape;
  const report = new ComputeCapacityReport(
    name,
    {
      compartmentId: args.tenancyId,
      availabilityDomain: domain,
      // No fault domain: Oracle then looks into all of them.
      shapeAvailabilities: [
        { instanceShape: shape, instanceShapeConfig: { ocpus, memoryInGbs: memoryGb, nvmes: 0 } },
      ],
    },
    // Of a machine that is there already nothing is asked again: one that is made smaller needs no room.
    { ...opts, ignoreChanges: ["shapeAvailabilities"] },
  );
  return report.shapeAvailabilities.apply(([first]) => first?.availabilityStatus === "AVAILABLE");
}

/** `Uocm:EU-FRANKFURT-1-AD-2` is `ad-2`. */
function shortName(domain: string): string {
  return /AD-\d+$/i.exec(domain)?.[0].toLowerCase() ?? domain.toLowerCase();
}

function noRoom({ shape: { shape }, domains, only, settings }: FindDomainArgs): ConfigError {
  const where = only ? `${only}, where its data is` : `any availability domain (${domains.join(", ")})`;
  return new ConfigError([
    `Oracle has no room for a ${shape} in ${where}, asked ${settings.attemptsMax} times: ` +
      "run the same command again later, choose another oracle/machine/shape, or upgrade the account to pay as you go, which has more room.",
  ]);
}

/**
 * The availability domain with room for a machine: the first that Oracle reports to have some. Asks again, with a line
 * of progress each time, while none has; throws a ConfigError when that was often enough. Reports are resources, so the
 * search is replayed from the state at every later `up`, and its answer never changes while the machine is there. What
 * it takes in a preview is known once it has been made.
 */
export async function findDomain(
  name: string,
  args: FindDomainArgs,
  opts: pulumi.CustomResourceOptions,
): Promise<pulumi.Output<string>> {
  const made = new Set<string>();
  const seen = new pulumi.ResourceHook(`${name}-is-asked`, (resource) => void made.add(resource.name));
  const asked = { ...opts, hooks: { afterCreate: [seen] } };
  for (let round = 1, attempts = 0; ; round += 1) {
    const names = args.domains.map((domain) => `${name}-${shortName(domain)}-${round}`);
    const reports = names.map((report, at) => reportOf(report, args.domains[at] ?? "", args, asked));
    const hasRoom = await Promise.all(reports.map((report) => settled(report)));
    if (hasRoom.some(({ isKnown }) => !isKnown)) {
      const fallback = args.only ?? args.domains[0] ?? "";
      return pulumi.all(reports).apply((rooms) => firstWithRoom(rooms, args) ?? fallback);
    }
    const known = hasRoom.map(({ value }) => value);
    const found = firstWithRoom(known, args);
    if (found) return pulumi.output(found);
    if (names.some((report) => made.has(report))) attempts += 1;
    if (attempts >= args.settings.attemptsMax) throw noRoom(args);
    if (attempts > 0) await pause(attempts, args);
  }
}

function firstWithRoom(rooms: readonly boolean[], { domains, only }: FindDomainArgs): string | undefined {
  return domains.find((domain, at) => rooms[at] && (only === undefined || domain === only));
}

async function pause(attempts: number, { settings, shape, domains, only }: FindDomainArgs): Promise<void> {
  const { attemptsMax, waitSeconds } = settings;
  const where = (only ? [only] : domains).map(shortName).join(", ");
  await pulumi.log.info(
    `No room for a ${shape.shape} in ${where} (asked ${attempts} of ${attemptsMax} times): asking again in ${waitSeconds} s`,
  );
  await sleep(waitSeconds * 1_000);
}

/** Whether a launch was refused because the domain is full, which passes; any other refusal does not. */
export function isOutOfCapacity(error: string): boolean {
  return /out of (host )?capacity/i.test(error);
}

/**
 * Tries a launch again when a domain that had room has none after all. Bounded, with a line of progress each time; what
 * ends the deploy then is Oracle's own error.
 */
export function retryLaunch(name: string, { attemptsMax, waitSeconds }: CapacitySettings): pulumi.ErrorHook {
  return new pulumi.ErrorHook(name, async ({ name: machine, failedOperation, errors }) => {
    const attempts = errors.length;
    if (failedOperation !== "create" || attempts >= attemptsMax || !isOutOfCapacity(errors[0] ?? ""))
      return false;
    await pulumi.log.info(
      `${machine}: out of host capacity (attempt ${attempts} of ${attemptsMax}): trying again in ${waitSeconds} s`,
    );
    await sleep(waitSeconds * 1_000);
    return true;
  });
}
