import type { Machines } from "./machines.ts";
import { networkCard } from "./network-card.ts";
import type { Tenancy } from "./tenancy.ts";

/** Keeps the machines' network cards as the tenancy says: rules, groups and public addresses change under them. */
export class NetworkCards {
  readonly #tenancy: Tenancy;
  readonly #machines: Machines;
  /** What each instance's card was last given. */
  readonly #given = new Map<string, string>();
  #running: Promise<void> = Promise.resolve();

  constructor(tenancy: Tenancy, machines: Machines) {
    this.#tenancy = tenancy;
    this.#machines = machines;
  }

  /** Changes those cards that are not as they should be. One round after the other. */
  bringUpToDate(): Promise<void> {
    this.#running = this.#running.catch(() => {}).then(() => this.#round());
    return this.#running;
  }

  async #round(): Promise<void> {
    for (const instance of this.#tenancy.of("instance")) {
      // It may have ended while another one's card was changed.
      if (!this.#tenancy.find(instance.id)) continue;
      const card = networkCard(this.#tenancy, instance);
      const text = JSON.stringify(card);
      if (this.#given.get(instance.id) === text) continue;
      await this.#machines.setCard(instance.id, card);
      this.#given.set(instance.id, text);
    }
  }
}
