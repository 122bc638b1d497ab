import { OperatorError } from "../operator-error.ts";
import type { StackEngine } from "../stack-engine.ts";
import { forgetPending, readPending } from "./pending-rollback.ts";

/**
 * Refuses an `up` while a rollback has taken hold of the data: the app may stand still, and this checkout's release
 * would not fit the schema. One that leaves the data alone is superseded.
 */
export async function refuseUnfinished({
  stack,
  namePrefix,
  docker,
}: Pick<StackEngine, "stack" | "namePrefix" | "docker">): Promise<void> {
  const pending = await readPending(namePrefix, docker);
  if (!pending) return;
  if (pending.restorePoint === null) return forgetPending(namePrefix, docker);
  throw new OperatorError(
    `A rollback of stack ${stack} to ${pending.to} was begun and not finished. Finish it first: npx pulumi stack rollback --stack ${stack}, or give it up: the same with --give-up. Nothing was changed.`,
  );
}
