import { conflict, notFound } from "./api-error.ts";
import { type Limits, requireWithinLimits } from "./limits.ts";
import { newOcid } from "./ocid.ts";
import type { Properties, ResourceRecord, State, StateFile } from "./tenancy-state.ts";

/** The things of one tenancy, and what is always true of them. */
export class Tenancy {
  readonly #file: StateFile;
  readonly limits: Limits;

  constructor(file: StateFile, limits: Limits) {
    this.#file = file;
    this.limits = limits;
  }

  get state(): State {
    return this.#file.state;
  }

  get availabilityDomains(): string[] {
    const { domainPrefix, region } = this.state;
    return [1, 2, 3].map((number) => `${domainPrefix}:${region.toUpperCase()}-AD-${number}`);
  }

  /** Adds a thing under a new OCID (or the id given) unless a limit or quota is in the way. */
  add(kind: string, properties: Properties, options: { ownerId?: string; id?: string } = {}): ResourceRecord {
    requireWithinLimits(this, { kind, properties });
    const id = options.id ?? newOcid(kind, this.state.region);
    const timeCreated = new Date().toISOString();
    const record: ResourceRecord = { id, kind, properties: { timeCreated, ...properties } };
    if (options.ownerId) record.ownerId = options.ownerId;
    this.state.resources[id] = record;
    this.save();
    return record;
  }

  change(record: ResourceRecord, properties: Properties): void {
    Object.assign(record.properties, properties);
    this.save();
  }

  find(id: unknown): ResourceRecord | undefined {
    return this.state.resources[String(id)];
  }

  /** The thing of this kind. Throws 404 where there is none. */
  need(id: unknown, kind: string): ResourceRecord {
    const record = this.find(id);
    if (record?.kind !== kind) throw notFound();
    return record;
  }

  of(kind: string): ResourceRecord[] {
    return Object.values(this.state.resources).filter((record) => record.kind === kind);
  }

  ownedBy(id: string): ResourceRecord[] {
    return Object.values(this.state.resources).filter((record) => record.ownerId === id);
  }

  /** Takes a thing away, with all that it owns. Throws 409 while others name it. */
  remove(record: ResourceRecord): void {
    const leaving = new Set(this.#withOwned(record).map(({ id }) => id));
    for (const other of Object.values(this.state.resources)) {
      if (leaving.has(other.id) || other.kind === "publicip") continue;
      const named = idsIn(other.properties).find((id) => leaving.has(id));
      if (named) throw stillNamed(record, other);
    }
    for (const id of leaving) delete this.state.resources[id];
    this.save();
  }

  save(): void {
    this.#file.save();
  }

  #withOwned(record: ResourceRecord): ResourceRecord[] {
    return [record, ...this.ownedBy(record.id).flatMap((owned) => this.#withOwned(owned))];
  }
}

function stillNamed(record: ResourceRecord, other: ResourceRecord): Error {
  return conflict(
    `The ${record.kind} ${record.id} is referenced by the ${other.kind} ${other.id}. You must remove the reference to proceed with this operation.`,
  );
}

/** Every text inside the properties that is an OCID. */
function idsIn(value: unknown): string[] {
  if (typeof value === "string") return value.startsWith("ocid1.") ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(idsIn);
}
