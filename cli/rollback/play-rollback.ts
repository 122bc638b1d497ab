import { carryOut } from "./carry-out.ts";
import { FakeStack } from "./fake-stack.ts";
import { giveUpBegun, showOrGiveUp } from "./give-up.ts";
import { planRollback } from "./rollback-plan.ts";
import { settle } from "./settle.ts";

/** The engine of a stack that is played. */
export const engineOf = ({ docker }: FakeStack) => ({
  stack: "local",
  namePrefix: "shop",
  docker,
  host: "",
  env: {},
});

type Flags = { to?: string | undefined; restoreData?: boolean; said?: string[] };

/** What the command does, as far as the stack is concerned. */
export async function rollback(stack: FakeStack, { to, restoreData = true, said = [] }: Flags = {}) {
  const engine = engineOf(stack);
  const { situation, finished } = await settle(engine, to);
  if (finished) return;
  const show = showOrGiveUp(engine, situation.pending, stack.steps.show);
  const plan = await planRollback(engine, situation, { to, restoreData }, show);
  return carryOut({ engine, situation, plan, steps: stack.steps, say: (line) => void said.push(line) });
}

export const asked = (stack: FakeStack) => [...stack.services.values()];
export const old = [
  { replicas: 2, asked: "backend old" },
  { replicas: 2, asked: "worker old" },
];
export const now = [
  { replicas: 2, asked: "backend new" },
  { replicas: 2, asked: "worker new" },
];

/** What `--give-up` does. */
export async function giveUp(stack: FakeStack): Promise<void> {
  const { situation } = await settle(engineOf(stack), undefined);
  await giveUpBegun(engineOf(stack), situation.pending, stack.steps.show);
}

/** Kills a rollback after so many changes: 2 when the app has been stopped, 4 when the data is back. */
export async function killedAfter(changes: number): Promise<FakeStack> {
  const stack = new FakeStack();
  stack.changesLeft = changes;
  const end = await rollback(stack).catch((error: Error) => error.message);
  if (!String(end).startsWith("killed") || stack.isRunning)
    throw new Error(`not killed while the app stands still: ${end}`);
  stack.changesLeft = Number.POSITIVE_INFINITY;
  return stack;
}

/** A stack whose data is back, though the operator's machine died before that was noted. */
export const killedAfterRestore = () => killedAfter(4);
