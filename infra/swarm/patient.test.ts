import { expect, test } from "vitest";
import { answered, patient, SILENT_MS_MAX } from "./patient.ts";

const away = () => Promise.reject(new Error("connection reset"));

/** A question whose answers are told, at times that are told. */
function asked(answers: (() => Promise<string>)[]) {
  let time = 0;
  const ask = patient(
    () => (answers.shift() ?? away)(),
    () => time,
  );
  return (at: number) => {
    time = at;
    return ask();
  };
}

test("an engine that does not answer for a moment has said nothing yet", async () => {
  const ask = asked([async () => "good", away, async () => "good again"]);
  expect(await ask(0)).toBe("good");
  expect(await ask(SILENT_MS_MAX)).toBeUndefined();
  expect(await ask(SILENT_MS_MAX + 1)).toBe("good again");
});

test("one that was silent for too long, since its last answer, is away", async () => {
  const ask = asked([async () => "good"]);
  expect(await ask(40_000)).toBe("good");
  expect(await ask(40_000 + SILENT_MS_MAX)).toBeUndefined();
  await expect(ask(40_000 + SILENT_MS_MAX + 1)).rejects.toThrow("connection reset");
});

test("an answer is waited for", async () => {
  const answers = [away, async () => "at last"];
  expect(await answered(() => (answers.shift() ?? away)())).toBe("at last");
});
