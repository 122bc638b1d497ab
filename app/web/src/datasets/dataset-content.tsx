import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { announce } from "../shell/announce.ts";
import { useAction } from "../ui/action.ts";
import { ContentProblem } from "./content-problem.tsx";
import { DropZone } from "./drop-zone.tsx";
import { sendContent } from "./send-content.ts";
import { UploadProgress } from "./upload-progress.tsx";

/** Sends the file of a dataset that has none yet. */
export function DatasetContent({ id, onDone }: { id: string; onDone: () => void }) {
  const file = useSignal<File | undefined>(undefined);
  const share = useSignal<number | undefined>(undefined);
  const sending = useRef<AbortController | undefined>(undefined);
  const { isBusy, problem, run } = useAction();
  const send = (chosen: File) => {
    file.value = chosen;
    return run(async () => {
      sending.current = new AbortController();
      const progress = (value: number) => {
        share.value = value;
      };
      await sendContent(id, chosen, progress, sending.current.signal).finally(() => {
        share.value = undefined;
      });
      announce("The dataset is ready");
      onDone();
    });
  };
  return (
    <section class="panel stack-small" aria-label="Content">
      <h2>This dataset has no content yet</h2>
      <DropZone file={file.value} isBusy={isBusy} onFile={(chosen) => void send(chosen)} />
      {problem && <ContentProblem problem={problem} file={file.value} />}
      <UploadProgress share={share.value} onCancel={() => sending.current?.abort()} />
    </section>
  );
}
