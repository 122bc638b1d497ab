import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { bytesText } from "../text/bytes.ts";
import { Icon } from "../ui/icon.tsx";

interface Props {
  readonly file: File | undefined;
  readonly isBusy: boolean;
  readonly onFile: (file: File) => void;
}

/** Takes a file that is dragged in, or chosen by click or key. */
export function DropZone({ file, isBusy, onFile }: Props) {
  const isOver = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    isOver.value = false;
    const dropped = event.dataTransfer?.files[0];
    if (dropped && !isBusy) onFile(dropped);
  };
  return (
    <label
      class="drop-zone"
      for={id}
      data-over={isOver}
      data-filled={file !== undefined}
      onDragOver={(event) => {
        event.preventDefault();
        isOver.value = true;
      }}
      onDragLeave={() => {
        isOver.value = false;
      }}
      onDrop={drop}
    >
      <Icon name={file ? "check" : "upload"} />
      <span class="drop-zone-words">
        <strong>{file ? file.name : "Drop a file here, or choose one"}</strong>
        <span class="faint">
          {file ? `${bytesText(file.size)} · choose another` : "JSON Lines, CSV or plain text"}
        </span>
      </span>
      <input
        ref={input}
        id={id}
        type="file"
        class="sr-only"
        disabled={isBusy}
        accept=".jsonl,.ndjson,.json,.csv,.txt,.md,text/*"
        onChange={({ currentTarget }) => {
          const chosen = currentTarget.files?.[0];
          if (chosen) onFile(chosen);
          currentTarget.value = "";
        }}
      />
    </label>
  );
}
