/** A machine as it comes from the factory: what its first boot needs to know. */
export interface MachineSpec {
  /** The instance's OCID. */
  id: string;
  hostname: string;
  /** What the cloud hands to cloud-init. `user_data` is base64. */
  metadata: Record<string, string>;
  memoryInGbs: number;
}

/** What a machine's network card has and lets through, as it should be from now on. */
export interface NetworkCard {
  /** The VCN it is in: cards of one VCN reach each other. */
  vcnId: string;
  /** With its prefix length, as in `10.0.1.2/24`. */
  privateAddress: string;
  publicAddress: string | undefined;
  rules: CardRule[];
}

/** One rule, with the members of groups told by their addresses. Ports bound the destination's. */
export interface CardRule {
  direction: "INGRESS" | "EGRESS";
  /** An IP protocol's number, or all. */
  protocol: string;
  /** Blocks of addresses at the other end. */
  others: string[];
  ports?: { min: number; max: number };
  icmp?: { type: number; code?: number };
}

export interface VolumeSpec {
  id: string;
  sizeInGbs: number;
}

/** What makes real machines of instances. Every method may be called again with the same arguments. */
export interface Machines {
  /** Addresses that the cloud may give out as public ones. */
  publicAddresses(): string[];
  /** Makes the machine and begins to boot it. Does not wait for the boot's end. */
  launch(machine: MachineSpec, card: NetworkCard): Promise<void>;
  setCard(id: string, card: NetworkCard): Promise<void>;
  stop(id: string): Promise<void>;
  start(id: string): Promise<void>;
  reboot(id: string): Promise<void>;
  /** Cuts the power. */
  kill(id: string): Promise<void>;
  /** Takes the machine away, with its boot disk. */
  terminate(id: string): Promise<void>;
  attach(id: string, volume: VolumeSpec, device: string): Promise<void>;
  detach(id: string, volumeId: string): Promise<void>;
  deleteVolume(volumeId: string): Promise<void>;
  /** Takes everything away that was ever made. */
  removeAll(): Promise<void>;
}

const PUBLIC_ADDRESSES_MAX = 100;

/** Instances without machines: enough to plan with and to try a program's order of things. */
export function noMachines(): Machines {
  const nothing = async () => {};
  return {
    publicAddresses: () =>
      Array.from({ length: PUBLIC_ADDRESSES_MAX }, (_, index) => `203.0.113.${index + 2}`),
    launch: nothing,
    setCard: nothing,
    stop: nothing,
    start: nothing,
    reboot: nothing,
    kill: nothing,
    terminate: nothing,
    attach: nothing,
    detach: nothing,
    deleteVolume: nothing,
    removeAll: nothing,
  };
}
