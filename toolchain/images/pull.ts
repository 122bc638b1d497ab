import { execa } from "execa";

/** An engine that has said nothing after this long is taken to have no way to a registry. */
const FIRST_ANSWER_MS = 10_000;

export type Pull = (image: string, note: (text: string) => void) => Promise<boolean>;

/**
 * Pulls images until the first one shows that no registry can be reached; after that, and for an image the
 * registry does not have, the answer is false at once. The first pull is the probe: no second request is made.
 */
export function pulls(firstAnswerMs = FIRST_ANSWER_MS): Pull {
  let reachable: Promise<boolean> | undefined;
  return async (image, note) => {
    if (reachable && !(await reachable)) return false;
    const outcome = pull(image, note, firstAnswerMs);
    reachable ??= outcome.then((result) => result !== "unreachable");
    return (await outcome) === "pulled";
  };
}

async function pull(image: string, note: (text: string) => void, firstAnswerMs: number) {
  note(`asking for ${image}`);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), firstAnswerMs);
  const running = execa("docker", ["pull", image], { reject: false, all: true, cancelSignal: stop.signal });
  for await (const line of running.iterable({ from: "stdout" })) {
    clearTimeout(timer);
    note(`pulling ${image}: ${String(line).trim()}`);
  }
  const result = await running;
  clearTimeout(timer);
  if (!result.failed) return "pulled";
  return isAbsent(String(result.all ?? "")) ? "absent" : "unreachable";
}

/** Whether a refusal is about the one image, not about the way to the registry. */
export function isAbsent(output: string): boolean {
  return /manifest (for \S+ )?(unknown|not found)|not found: manifest|repository does not exist/i.test(
    output,
  );
}
