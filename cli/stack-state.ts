import { type PulumiRun, readPulumi } from "./run-pulumi.ts";

type Resource = { type: string; urn: string; protect?: boolean; inputs?: { name?: string } };
type Checkpoint = {
  deployment?: { resources?: Resource[]; pending_operations?: { type: string; resource: Resource }[] } | null;
};

/** What a stack's state says of names on the engine. */
export type StackState = {
  /** Names of the resources that the state holds. */
  recorded: ReadonlySet<string>;
  /** Names of the resources whose creation had begun when the engine was killed: they may exist, unrecorded. */
  interrupted: ReadonlySet<string>;
  /**
   * The containers and services that the state holds: URNs by name. The provider does not miss them when they are gone,
   * and cannot remove a service that is.
   */
  running: ReadonlyMap<string, string>;
  /** Whether anything but what is protected is left. */
  isEmpty: boolean;
};

const RUNNING = new Set(["docker:index/container:Container", "docker:index/service:Service"]);

const isOwn = (resource: Resource) => !resource.type.startsWith("pulumi:");

/** Reads `pulumi stack export`'s JSON text. */
export function parseState(text: string): StackState {
  const { resources = [], pending_operations: pending = [] } =
    (JSON.parse(text) as Checkpoint).deployment ?? {};
  const names = (list: Resource[]) => new Set(list.flatMap(({ inputs }) => inputs?.name ?? []));
  return {
    recorded: names(resources.filter(isOwn)),
    interrupted: names(pending.filter(({ type }) => type === "creating").map(({ resource }) => resource)),
    running: new Map(
      resources.filter(({ type }) => RUNNING.has(type)).map(({ inputs, urn }) => [inputs?.name ?? "", urn]),
    ),
    isEmpty: resources.filter(isOwn).length === 0,
  };
}

/** The state of a stack as its backend has it. */
export async function readState(run: PulumiRun): Promise<StackState> {
  return parseState(await readPulumi(run, ["stack", "export"]));
}
