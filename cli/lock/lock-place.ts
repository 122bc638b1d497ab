import { type CallEngine, EngineAway } from "../../infra/swarm/engine-call.ts";

/**
 * Where a stack's lock would be: in the swarm of its engine; nowhere, where that engine is in no swarm, so that nobody
 * can have one; or it cannot be told, and so somebody may have it.
 */
export type LockPlace = { state: "there" | "nowhere" } | { state: "away"; reason: string };

type Info = { Swarm?: { LocalNodeState?: string } };

/** Asks an engine whether it has a place for a lock. */
export async function lockPlace(call: CallEngine): Promise<LockPlace> {
  try {
    const { status, body } = await call({ method: "GET", path: "/swarm" });
    if (status === 200) return { state: "there" };
    const info = await call({ method: "GET", path: "/info" });
    if ((info.body as Info | undefined)?.Swarm?.LocalNodeState === "inactive") return { state: "nowhere" };
    const words = (body as { message?: string } | undefined)?.message ?? `status ${status}`;
    return { state: "away", reason: `The engine's swarm does not answer: ${words}.` };
  } catch (error) {
    if (!(error instanceof EngineAway)) throw error;
    return { state: "away", reason: error.message };
  }
}
