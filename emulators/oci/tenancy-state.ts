import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Properties = Record<string, unknown>;

/** One thing in the tenancy, as it really is now. */
export interface ResourceRecord {
  id: string;
  /** The word in its OCID, and here for those that have names of their own: `vcn`, `bucket` … */
  kind: string;
  properties: Properties;
  /** What it lives and dies with: a VNIC with its instance, a default route table with its VCN. */
  ownerId?: string;
}

export interface State {
  region: string;
  tenancyOcid: string;
  userOcid: string;
  namespace: string;
  /** Distinguishes the names of availability domains between tenancies, as in `Uocm:EU-FRANKFURT-1-AD-1`. */
  domainPrefix: string;
  /** How many public addresses were ever given out. */
  addressesGiven: number;
  resources: Record<string, ResourceRecord>;
}

/** All that the emulator remembers, in one JSON file, so that it survives a restart. */
export class StateFile {
  readonly directory: string;
  readonly state: State;

  constructor(directory: string, empty: () => State) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.state = readState(join(directory, "state.json")) ?? empty();
    this.save();
  }

  save(): void {
    const path = join(this.directory, "state.json");
    writeFileSync(`${path}.new`, JSON.stringify(this.state, null, 1), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }
}

function readState(path: string): State | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as State;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}
