/** One thing that happened to a resource, as Pulumi's log of events has it. */
type EngineEvent = {
  /** Seconds since 1970. */
  timestamp: number;
  resourcePreEvent?: { metadata: Metadata };
  resOutputsEvent?: { metadata: Metadata };
};

type Metadata = { op: string; urn: string; type: string };

/** The phases of an `up`, in their order, and the resources that are made in each. The first that fits counts. */
const PHASES: readonly (readonly [string, RegExp])[] = [
  [
    "machines booted, in the swarm",
    /oci:Core\/(instance|publicIp|volumeAttachment):|::node-\d+-(disk|swarm|place|roster)$/,
  ],
  ["account, network, disk", /oci:/],
  ["base images sent", /::base-images$/],
  ["images built and pushed", /docker:index\/(tag|registryImage|remoteImage|container):/],
  ["migrated", /::migration$/],
  ["services rolled", /::release-roll$/],
  ["verified", /::release-verify$/],
  ["watched", /::release-bake$/],
  ["services told", /docker:index\/service:/],
];

const CHANGES = new Set(["create", "update", "create-replacement", "delete"]);

/**
 * Seconds of each phase, by Pulumi's log of events: from the start of the first resource of the phase to the end of the
 * last. Phases overlap, so their sum is no whole.
 */
export function phaseSeconds(log: string): Map<string, number> {
  const spans = new Map<string, { from: number; to: number }>();
  for (const line of log.split("\n").filter(Boolean)) {
    const { timestamp, resourcePreEvent, resOutputsEvent } = JSON.parse(line) as EngineEvent;
    const metadata = (resourcePreEvent ?? resOutputsEvent)?.metadata;
    const phase = metadata && CHANGES.has(metadata.op) ? phaseOf(metadata) : undefined;
    if (!phase) continue;
    const { from, to } = spans.get(phase) ?? { from: timestamp, to: timestamp };
    spans.set(phase, { from: Math.min(from, timestamp), to: Math.max(to, timestamp) });
  }
  const known = PHASES.map(([name]) => [name, spans.get(name)] as const);
  return new Map(known.flatMap(([name, span]) => (span ? [[name, span.to - span.from]] : [])));
}

function phaseOf({ urn, type }: Metadata): string | undefined {
  return PHASES.find(([, pattern]) => pattern.test(`${type} ${urn}`))?.[0];
}
