import { type GateContext, runGate } from "../release/gate-context.ts";
import type { GateEvidence } from "../release/manifest.ts";
import { refuse } from "../release/refuse.ts";
import { refuseEnded } from "../release/run-roll.ts";
import { CHECKS, type Made } from "./checks.ts";
import type { Door } from "./door.ts";
import { removeThrowAway } from "./throw-away.ts";

/** Node tells of a refused connection in a cause, or in several. */
function messageOf(error: unknown): string {
  const { message, code } = error as NodeJS.ErrnoException;
  return message || code || String(error);
}

/** Makes every check. Returns what is worth noting of each; rejects with the first that fails. */
export async function runChecks(door: Door, checks = CHECKS): Promise<Record<string, string>> {
  const made: Made = {};
  const noted: Record<string, string> = {};
  for (const [name, check] of Object.entries(checks)) {
    try {
      noted[name] = (await check(door, made)) ?? "good";
    } catch (error) {
      throw new Error(`${name}: ${messageOf(error)}`, { cause: error });
    }
  }
  return noted;
}

/** Looks through the door whether the release works, with data of its own that it removes again. */
export async function verify(context: GateContext<Door>): Promise<GateEvidence> {
  const { spec: door, say } = context;
  const started = Date.now();
  let figures: Record<string, string> = {};
  let fault: string | undefined;
  try {
    figures = await runChecks(door);
  } catch (error) {
    fault = messageOf(error);
  }
  await removeThrowAway(door).catch((error) =>
    say(`Throw-away data of the checks is left: ${messageOf(error)}`),
  );
  // A container that has ended says more than what came of it.
  await refuseEnded(context, "verify");
  if (fault) await refuse(context, { gate: "verify", reason: fault });
  return { gate: "verify", seconds: (Date.now() - started) / 1_000, figures };
}

if (import.meta.main) await runGate(verify);
