import { setTimeout as wait } from "node:timers/promises";
import type { RunningStack } from "../../e2e/running-stack.ts";
import { setVersion } from "../../e2e/variant.ts";
import { seconds } from "../seconds.ts";

export type AppOnlyFigures = {
  noOpSeconds: number;
  rollingSeconds: number;
  /** Until the last answer of the version that was left. */
  servedSeconds: number;
  /** Until the command has ended. */
  backSeconds: number;
};

const LEFT = "0.1.1";

/** What Docker itself takes to start the app's containers anew, one after the other, healthy each before the next. */
function roll({ prefix, typed }: RunningStack): Promise<unknown> {
  const services = ["backend", "worker", "frontend"].map((name) => `${prefix}-${name}`);
  return Promise.all(services.map((name) => typed(`docker service update --quiet --force ${name}`)));
}

/** Asks for the version all the time while something is done. Returns the seconds to the last answer of that version. */
async function lastAnswerSeconds(stack: RunningStack, version: string, work: () => Promise<unknown>) {
  const started = performance.now();
  let lastMs = 0;
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const health = await stack.api.call<{ version: string }>("GET", "/health");
    if (health.version === version) lastMs = performance.now() - started;
    await wait(50);
  }
  await working;
  return lastMs / 1_000;
}

/** Another version of the app, and back to the one before; with a deploy that changes nothing, and Docker's part of one. */
export async function appOnly(stack: RunningStack): Promise<AppOnlyFigures> {
  const { checkout, typed } = stack;
  setVersion(checkout.root, LEFT);
  await typed("npm run up");
  const noOpSeconds = await seconds(() => typed("npm run up"));
  const rollingSeconds = await seconds(() => roll(stack));
  const back = () => typed("npx pulumi stack rollback --stack local --yes");
  let servedSeconds = 0;
  const backSeconds = await seconds(async () => {
    servedSeconds = await lastAnswerSeconds(stack, LEFT, back);
  });
  return { noOpSeconds, rollingSeconds, servedSeconds, backSeconds };
}
