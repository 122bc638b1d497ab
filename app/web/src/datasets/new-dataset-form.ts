import { type Signal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { api, type Dataset, dataOf } from "../api/client.ts";
import { isUndecided } from "../api/problem.ts";
import { announce } from "../shell/announce.ts";
import { navigate } from "../shell/location.ts";
import { type Action, useAction } from "../ui/action.ts";
import { STILL_CHECKING, statusOf } from "./complete-upload.ts";
import { type DatasetFormat, guessFormat, guessName } from "./guess-format.ts";
import { sendContent } from "./send-content.ts";

const START_BYTES = 4_096;

export interface NewDatasetForm {
  readonly name: Signal<string>;
  readonly description: Signal<string>;
  readonly format: Signal<DatasetFormat>;
  readonly file: Signal<File | undefined>;
  /** Share of the file sent; undefined when nothing is. */
  readonly share: Signal<number | undefined>;
  readonly action: Action;
  readonly choose: (file: File) => Promise<void>;
  readonly submit: () => Promise<void>;
  readonly stop: () => void;
}

/** State and deeds of the form that makes a dataset and sends its file as one step. */
export function useNewDatasetForm(): NewDatasetForm {
  const name = useSignal("");
  const description = useSignal("");
  const format = useSignal<DatasetFormat>("jsonl");
  const file = useSignal<File | undefined>(undefined);
  const share = useSignal<number | undefined>(undefined);
  const action = useAction();
  const sending = useRef<AbortController | undefined>(undefined);
  const choose = async (chosen: File) => {
    file.value = chosen;
    action.clear();
    if (name.peek().trim() === "") name.value = guessName(chosen.name);
    format.value = guessFormat(chosen.name, await chosen.slice(0, START_BYTES).text());
  };
  const submit = () =>
    action.run(async () => {
      const controller = new AbortController();
      sending.current = controller;
      const wanted = {
        name: name.peek().trim(),
        description: description.peek().trim(),
        format: format.peek(),
      };
      const progress = (value: number) => {
        share.value = value;
      };
      const made = await makeDataset(wanted, file.peek(), progress, controller.signal).finally(() => {
        share.value = undefined;
      });
      announce(`Dataset ${made.name} is ready`);
      navigate(`/datasets/${made.id}`);
    });
  return {
    name,
    description,
    format,
    file,
    share,
    action,
    choose,
    submit,
    stop: () => sending.current?.abort(),
  };
}

interface WantedDataset {
  readonly name: string;
  readonly description: string;
  readonly format: DatasetFormat;
}

/** Makes the dataset and sends its file. When the file is refused the dataset goes again: nothing is left half. */
async function makeDataset(
  { name, description, format }: WantedDataset,
  file: File | undefined,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Dataset> {
  const body = { name, format, ...(description ? { description } : {}) };
  const made = await dataOf(api.POST("/api/v1/datasets", { body, signal }));
  if (!file) return made;
  try {
    onProgress(0);
    await sendContent(made.id, file, onProgress, signal);
    return made;
  } catch (error) {
    const state = await stateAfter(error, made.id, signal);
    if (state === "ready") return made;
    if (state === "refused")
      await api.DELETE("/api/v1/datasets/{id}", { params: { path: { id: made.id } } }).catch(() => {});
    throw error;
  }
}

/** What a fault has left of the dataset. Only what surely has no content is refused; what may have one is kept. */
async function stateAfter(
  error: unknown,
  id: string,
  signal: AbortSignal,
): Promise<"refused" | "ready" | "unknown"> {
  if (error === STILL_CHECKING) return "unknown";
  const status = isUndecided(error) ? await statusOf(id, signal).catch(() => undefined) : "empty";
  if (signal.aborted) return "refused";
  return status === "empty" ? "refused" : (status ?? "unknown");
}
