import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import { api, dataOf, type Job } from "../api/client.ts";
import { focusHeading } from "../shell/focus-heading.ts";
import { useAction } from "../ui/action.ts";
import { Confirm } from "../ui/confirm.tsx";
import { Icon } from "../ui/icon.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { isActive } from "./job-status.ts";

/** What can be done with a job now. */
export function JobActions({ job, onChange }: { job: Job; onChange: () => void }) {
  if (isActive(job)) return <CancelJob job={job} onChange={onChange} />;
  return (
    <>
      {job.model_id && (
        <a class="button button-main" href={`/models/${job.model_id}`}>
          <Icon name="model" />
          See the model
        </a>
      )}
      <a class="button button-quiet" href={`/jobs/new?dataset=${job.dataset_id}`}>
        New job on this dataset
      </a>
    </>
  );
}

function CancelJob({ job, onChange }: { job: Job; onChange: () => void }) {
  const isAsking = useSignal(false);
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => () => keepFocus(button.current), []);
  const { isBusy, problem, run } = useAction();
  const cancel = () =>
    run(async () => {
      await dataOf(api.POST("/api/v1/jobs/{id}/cancel", { params: { path: { id: job.id } } }));
      isAsking.value = false;
      onChange();
    });
  const open = () => {
    isAsking.value = true;
  };
  const close = () => {
    isAsking.value = false;
  };
  return (
    <>
      <button ref={button} type="button" class="button" onClick={open}>
        <Icon name="cancel" />
        Cancel job
      </button>
      {isAsking.value && (
        <Confirm
          title="Cancel this job?"
          action="Cancel job"
          isBusy={isBusy}
          onConfirm={cancel}
          onClose={close}
        >
          <p>Its training stops and no model is kept. The log stays.</p>
          {problem && <ProblemNotice problem={problem} />}
        </Confirm>
      )}
    </>
  );
}

/** The button goes with the job's end, and with it the question: whoever was at either goes on at the title. */
function keepFocus(button: HTMLButtonElement | null): void {
  // The question's own button is disabled, and so without the focus, while the cancel is under way.
  const isAsked = document.querySelector("dialog[open]") !== null;
  if (isAsked || document.activeElement === button) queueMicrotask(focusHeading);
}
