type Wake = () => void;

/** Wakes whoever follows a job. Fed by the database's notifications; followers also poll slowly. */
export class JobChanges {
  readonly #followers = new Map<string, Set<Wake>>();
  #count = 0;

  get followers(): number {
    return this.#count;
  }

  /** Calls `wake` at each change of the job until the returned function is called. */
  follow(jobId: string, wake: Wake): () => void {
    const followers = this.#followers.get(jobId) ?? new Set();
    this.#followers.set(jobId, followers.add(wake));
    this.#count += 1;
    return () => {
      if (!followers.delete(wake)) return;
      this.#count -= 1;
      if (followers.size === 0) this.#followers.delete(jobId);
    };
  }

  changed(jobId: string): void {
    for (const wake of this.#followers.get(jobId) ?? []) wake();
  }

  /** After a reconnect nobody knows what was missed; at a shutdown everybody has to look. */
  changedAll(): void {
    for (const followers of this.#followers.values()) for (const wake of followers) wake();
  }
}
