/**
 * What shall go wrong at the next `times` calls of an operation of the cloud, named as in its API: `LaunchInstance`,
 * `CreateVcn`, `AttachVolume` …, or `*` for any.
 */
export type Fault = { operation: string; times?: number } & FaultKind;

export type FaultKind =
  /** Answered with this status, not done. 429 and 5xx are tried again by the provider, as the real one does. */
  | { kind: "status"; status: number; code?: string; message?: string }
  /** `LaunchInstance` finds no room: in this availability domain, or in any. */
  | { kind: "out-of-capacity"; availabilityDomain?: string }
  /** The instance is RUNNING, but its machine boots only after this time. */
  | { kind: "slow-boot"; delayMs: number }
  /** The volume is ATTACHED, but the machine sees its disk only after this time. */
  | { kind: "late-disk"; delayMs: number }
  /** Done, but the answer is lost: the caller is told that it failed. */
  | { kind: "lose-answer" };

/** What narrows a question for faults down. */
export interface Occasion {
  operation: string;
  availabilityDomain?: unknown;
}

/** The faults still to come, oldest first. */
export class Faults {
  #pending: { fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 });
  }

  clear(): void {
    this.#pending = [];
  }

  /** The fault of one of these kinds for this occasion, used up by asking. */
  take<K extends FaultKind["kind"]>(
    occasion: Occasion,
    ...kinds: K[]
  ): Extract<Fault, { kind: K }> | undefined {
    const hit = this.#pending.find(
      ({ fault }) => kinds.some((kind) => fault.kind === kind) && fits(fault, occasion),
    );
    if (!hit) return undefined;
    hit.left -= 1;
    if (hit.left <= 0) this.#pending = this.#pending.filter((entry) => entry !== hit);
    return hit.fault as Extract<Fault, { kind: K }>;
  }
}

function fits(fault: Fault, { operation, availabilityDomain }: Occasion): boolean {
  if (fault.operation !== operation && fault.operation !== "*") return false;
  if (fault.kind !== "out-of-capacity" || fault.availabilityDomain === undefined) return true;
  return fault.availabilityDomain === availabilityDomain;
}
