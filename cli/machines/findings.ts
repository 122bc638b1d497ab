import { LEAD_NODE } from "../../infra/oracle/node-names.ts";

/** What somebody has done to a stack's machines behind its back, one thing each. */
export type Finding = {
  /** The machine's name, as in the swarm. */
  node: string;
  /** In an operator's words. */
  what: string;
  /** What an `up` does about it, in words that follow "up". */
  remedy: string;
  /** Resources that Pulumi's state must be told the truth of: the program then asks for what they should be. */
  adopt: readonly string[];
  /** Resources that an `up` makes anew; patterns of URNs. */
  replace: readonly string[];
  /** Whether nothing on the machine can be reached until an `up` has mended it. */
  isAway: boolean;
};

const INSTANCE = "oci:Core/instance:Instance";
const PUBLIC_IP = "oci:Core/publicIp:PublicIp";
const ATTACHMENT = "oci:Core/volumeAttachment:VolumeAttachment";

/** The resources to ask Oracle about, as patterns of URNs. */
export const LOOKED_AT: readonly string[] = [INSTANCE, PUBLIC_IP, ATTACHMENT].map((type) => `**${type}::**`);

type State = { type?: string; outputs?: Record<string, unknown> };
type Step = { op: string; urn: string; oldState?: State; newState?: State };

function nodeOf(urn: string): string {
  return /^node-\d+/.exec(urn.split("::").at(-1) ?? "")?.[0] ?? LEAD_NODE;
}

/** States of a machine that does not run, and does not begin to. */
const OFF = ["STOPPED", "STOPPING"];
const ENDED = ["TERMINATED", "TERMINATING"];

function isEnded({ op, newState }: Step): boolean {
  return op === "delete" || ENDED.includes(String(newState?.outputs?.state));
}

function instanceFinding(node: string, step: Step): Finding | undefined {
  const { urn, newState } = step;
  if (isEnded(step))
    return {
      ...{ node, what: "was ended by somebody else", adopt: [], replace: [urn], isAway: true },
      remedy: "makes another one, with all that runs on it",
    };
  const state = String(newState?.outputs?.state);
  if (!OFF.includes(state)) return undefined;
  return {
    ...{ node, what: `is off (${state})`, adopt: [urn], isAway: true },
    remedy: "switches it on",
    // Whatever comes after waits for that step, and so for the machine.
    replace: [`**::${node}-swarm`],
  };
}

function addressFinding(node: string, { op, urn, oldState, newState }: Step): Finding | undefined {
  const address = `its public address ${oldState?.outputs?.ipAddress}`;
  if (op === "delete")
    return {
      ...{ node, what: `has lost ${address}, which is gone`, adopt: [], replace: [urn], isAway: true },
      remedy: "gives it another one, to which the domain must then be pointed",
    };
  if (newState?.outputs?.assignedEntityId === oldState?.outputs?.assignedEntityId) return undefined;
  return {
    ...{ node, what: `is not where ${address} leads to`, adopt: [urn], replace: [], isAway: true },
    remedy: "leads the address back to it",
  };
}

function diskFinding(node: string, { op, urn }: Step): Finding | undefined {
  if (op !== "delete") return undefined;
  return {
    ...{ node, what: "has no data volume any more", adopt: [], replace: [urn], isAway: false },
    remedy: "attaches it again",
  };
}

const FINDERS: Readonly<Record<string, typeof instanceFinding>> = {
  [INSTANCE]: instanceFinding,
  [PUBLIC_IP]: addressFinding,
  [ATTACHMENT]: diskFinding,
};

/**
 * Reads the JSON text of a refresh that changes nothing: what is otherwise with the machines than the state has it. What
 * follows from a machine's end is not told beside it. Throws a SyntaxError where the text is no JSON.
 */
export function findingsIn(refreshJson: string): Finding[] {
  const { steps } = JSON.parse(refreshJson) as { steps?: Step[] | null };
  const found = (steps ?? []).flatMap((step) => {
    const finder = FINDERS[(step.newState ?? step.oldState)?.type ?? ""];
    const node = nodeOf(step.urn);
    const finding = finder?.(node, step);
    return finding ? [{ finding, isEnd: finder === instanceFinding && isEnded(step) }] : [];
  });
  const ended = new Set(found.filter(({ isEnd }) => isEnd).map(({ finding }) => finding.node));
  return found
    .filter(({ finding, isEnd }) => isEnd || !ended.has(finding.node))
    .map(({ finding }) => finding);
}

/** Whether the machine with the data, and with the engine that everything is asked of, cannot be reached. */
export function isLeadAway(findings: readonly Finding[]): boolean {
  return findings.some(({ node, isAway }) => isAway && node === LEAD_NODE);
}

/** Further arguments of an `up`, and of the preview of one. */
export function mendingArguments(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ replace }) => replace.flatMap((urn) => ["--replace", urn]));
}
