import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Model } from "../api/client.ts";
import { ApiProblem } from "../api/problem.ts";
import { announce } from "../shell/announce.ts";
import { useAction } from "../ui/action.ts";
import { Field } from "../ui/field.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { fetchModel } from "./fetch-model.ts";

interface Written {
  readonly prompt: string;
  readonly text: string;
}

/** Lets the model write, in the browser: its file is read once, nothing that is typed leaves the page. */
export function TryModel({ model }: { model: Model }) {
  const prompt = useSignal("");
  const temperature = useSignal(0.7);
  const written = useSignal<Written | undefined>(undefined);
  const file = useRef<Uint8Array | undefined>(undefined);
  const { isBusy, problem, run } = useAction();
  const write = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      file.current ??= await fetchModel(model, () => {}, AbortSignal.timeout(600_000));
      const wanted = { prompt: prompt.peek(), temperature: temperature.peek(), seed: newSeed() };
      written.value = { prompt: wanted.prompt, text: await writeOn(file.current, wanted) };
      announce("The model has written");
    });
  };
  return (
    <section class="panel try" aria-labelledby="try-title">
      <h2 id="try-title">Try it</h2>
      <form onSubmit={write}>
        <Field label="Begin with" hint="The model writes on from here. What you type stays in this page.">
          {(control) => (
            <input
              {...control}
              type="text"
              autocomplete="off"
              maxLength={500}
              value={prompt}
              onInput={({ currentTarget }) => {
                prompt.value = currentTarget.value;
              }}
            />
          )}
        </Field>
        <Field label="Temperature" hint={`${temperature.value.toFixed(1)} · lower is surer, higher wanders`}>
          {(control) => (
            <input
              {...control}
              type="range"
              min="0.1"
              max="1.5"
              step="0.1"
              value={temperature}
              onInput={({ currentTarget }) => {
                temperature.value = Number(currentTarget.value);
              }}
            />
          )}
        </Field>
        <button type="submit" class="button" disabled={isBusy}>
          <Icon name="spark" />
          {written.value ? "Write again" : "Write"}
        </button>
      </form>
      {problem && <ProblemNotice problem={problem} />}
      {written.value && (
        <blockquote class="written" aria-label="What the model wrote">
          <b>{written.value.prompt}</b>
          {written.value.text}
        </blockquote>
      )}
    </section>
  );
}

function newSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}

/** The writing code is loaded with the first use. */
async function writeOn(file: Uint8Array, wanted: { prompt: string; temperature: number; seed: number }) {
  const { writeText } = await import("./write-text.ts");
  try {
    return writeText(file, wanted);
  } catch {
    throw new ApiProblem(
      0,
      "Not for this page",
      "This model's file is of a kind the page cannot run. Download it to use it.",
    );
  }
}
