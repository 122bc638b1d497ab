import { setTimeout as sleep } from "node:timers/promises";

/** How long an engine may be out of reach while something goes on there: a network that fails for a moment ends nothing. */
export const SILENT_MS_MAX = 60_000;

const POLL_MS = 500;

/** Tells the time in ms. */
export type Clock = () => number;

/**
 * A question to an engine that is asked again and again: undefined where there is no answer. Rejects, with the engine's
 * own words, once there was none for too long.
 */
export function patient<Answer>(
  ask: () => Promise<Answer>,
  now: Clock = () => performance.now(),
): () => Promise<Answer | undefined> {
  let answeredAt = now();
  return async () => {
    try {
      const answer = await ask();
      answeredAt = now();
      return answer;
    } catch (error) {
      if (now() - answeredAt > SILENT_MS_MAX) throw error;
      return undefined;
    }
  };
}

/** Asks an engine until it answers. Rejects as {@link patient} does. */
export async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (const asks = patient(ask); ; await sleep(POLL_MS)) {
    const answer = await asks();
    if (answer !== undefined) return answer;
  }
}
