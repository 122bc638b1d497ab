import { type Signal, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { api, dataOf, type NewJob } from "../api/client.ts";
import { announce } from "../shell/announce.ts";
import { navigate } from "../shell/location.ts";
import { type Action, useAction } from "../ui/action.ts";
import { PARAMETER_NAMES, PARAMETERS, type ParameterName, parameterFault } from "./parameters.ts";

export type ParameterTexts = Readonly<Record<ParameterName, string>>;

export interface NewJobForm {
  readonly datasetId: Signal<string>;
  readonly baseModel: Signal<NewJob["base_model"]>;
  readonly executor: Signal<NewJob["executor"]>;
  readonly texts: Signal<ParameterTexts>;
  readonly action: Action;
  readonly submit: () => Promise<void>;
}

const INITIAL = Object.fromEntries(
  PARAMETER_NAMES.map((name) => [name, String(PARAMETERS[name].initial)]),
) as ParameterTexts;

/** State and deeds of the form that starts a job. */
export function useNewJobForm(datasetId: string): NewJobForm {
  const form = {
    datasetId: useSignal(datasetId),
    baseModel: useSignal<NewJob["base_model"]>("char-mlp-small"),
    executor: useSignal<NewJob["executor"]>("local"),
    texts: useSignal(INITIAL),
    action: useAction(),
  };
  const sent = useRef({ body: "", key: "" });
  const submit = async () => {
    if (PARAMETER_NAMES.some((name) => parameterFault(name, form.texts.peek()[name]))) return;
    await form.action.run(async () => {
      const body = bodyOf(form);
      const key = keyFor(sent.current, JSON.stringify(body));
      const params = { header: { "idempotency-key": key } };
      const job = await dataOf(api.POST("/api/v1/jobs", { body, params }));
      announce("The job is queued");
      navigate(`/jobs/${job.id}`);
    });
  };
  return { ...form, submit };
}

function bodyOf({ datasetId, baseModel, executor, texts }: Omit<NewJobForm, "submit">): NewJob {
  const numbers = Object.entries(texts.peek()).map(([name, text]) => [name, Number(text)]);
  return {
    dataset_id: datasetId.peek(),
    base_model: baseModel.peek(),
    executor: executor.peek(),
    parameters: Object.fromEntries(numbers),
  };
}

/** The same body keeps its key: pressing again after a lost answer starts no second job. */
function keyFor(sent: { body: string; key: string }, body: string): string {
  if (sent.body !== body) Object.assign(sent, { body, key: newKey() });
  return sent.key;
}

function newKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}
