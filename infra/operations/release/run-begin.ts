import { engineTime, type GateContext, GateError, runGate } from "./gate-context.ts";
import { readLedger } from "./ledger.ts";
import { liveServices, specsOf } from "./live-services.ts";
import { releaseId } from "./manifest.ts";
import { readNote, writeNote } from "./notes.ts";
import { takeBack, whatNow } from "./refuse.ts";

/** Refuses what was refused before, after making sure that all of it was taken back. */
async function refuseAgain(context: GateContext<unknown>): Promise<void> {
  const { release, notes } = context;
  const refused = await readNote(notes, "refused");
  if (refused?.key !== release.key) return;
  const outcome = await takeBack(context, refused);
  throw new GateError(
    `Release ${refused.id} was refused at ${refused.gate} (${refused.at}): ${refused.reason}. ${outcome} ${whatNow(release)}`,
  );
}

/**
 * Begins a release before any service changes: notes what all of them are now. One that was begun and not ended, by a
 * kill or a refusal, had noted what was before it: that is what is gone back to.
 */
export async function begin(context: GateContext<unknown>): Promise<undefined> {
  const { release, notes, docker, call, say } = context;
  await refuseAgain(context);
  const begun = await readNote(notes, "begun");
  if (begun?.key === release.key) return;
  const { releases, faults } = await readLedger(release.prefix, docker);
  for (const fault of faults) say(`The ledger of releases is not whole: ${fault}`);
  const live = specsOf(await liveServices(call, release.prefix));
  const unfinished = begun?.before ?? (await readNote(notes, "refused"))?.before;
  const number = (releases.at(-1)?.manifest.number ?? 0) + 1;
  await writeNote(notes, "begun", {
    key: release.key,
    id: releaseId(number, release.key),
    startedAtMs: await engineTime(context),
    before: unfinished ?? live,
  });
}

if (import.meta.main) await runGate(begin);
