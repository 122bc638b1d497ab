import { OperatorError } from "../operator-error.ts";
import type { StackEngine } from "../stack-engine.ts";
import { startServices } from "./app-services.ts";
import { forgetPending, type PendingRollback } from "./pending-rollback.ts";
import { isUnusable } from "./restore-failure.ts";
import { isDataBack, type ShowRestorePoint } from "./rollback-plan.ts";

/** Gives up a rollback whose data has not changed: the app goes on as before. */
export async function giveUp(engine: StackEngine, replicas: Readonly<Record<string, number>>): Promise<void> {
  await startServices(engine, replicas);
  await forgetPending(engine.namePrefix, engine.docker);
}

/** What is said when the app goes on because the data could not be brought back. */
export function asBefore({ message }: Error): OperatorError {
  return new OperatorError(`The data could not be brought back, so the stack is as before: ${message}`);
}

function cannotTell({ message }: Error): OperatorError {
  return new OperatorError(
    `${message}\nWhether the data is back cannot be told without its restore point, and API and workers stand still: run the same command again. Where the restore point is gone for good: docs/troubleshooting.md.`,
  );
}

/**
 * Compares restore points with the live database. A rollback that was begun is given up where its restore point is found
 * not to be usable, unless its data may have changed already.
 */
export function showOrGiveUp(
  engine: StackEngine,
  pending: PendingRollback | undefined,
  show: ShowRestorePoint,
): ShowRestorePoint {
  return async (restorePoint) => {
    try {
      return await show(restorePoint);
    } catch (error) {
      if (pending?.restorePoint !== restorePoint || !(error instanceof OperatorError)) throw error;
      if (pending.isRestoring) throw cannotTell(error);
      if (!isUnusable(error)) throw error;
      await giveUp(engine, pending.replicas);
      throw asBefore(error);
    }
  };
}

/** Gives up a rollback that was begun, unless its data is back. Returns the release that it was to lead to. */
export async function giveUpBegun(
  engine: StackEngine,
  pending: PendingRollback | undefined,
  show: ShowRestorePoint,
): Promise<string> {
  const { stack } = engine;
  if (!pending) throw new OperatorError(`No rollback of stack ${stack} was begun. Nothing was changed.`);
  if (await isDataBack(pending, showOrGiveUp(engine, pending, show)))
    throw new OperatorError(
      `The data is back already, and only ${pending.to}, or another release of its schema, can work on it. Go on: npx pulumi stack rollback --stack ${stack}. Nothing was changed.`,
    );
  await giveUp(engine, pending.replicas);
  return pending.to;
}
