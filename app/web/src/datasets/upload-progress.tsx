import { percentText } from "../text/number.ts";
import { Draught } from "../ui/draught.tsx";

interface Props {
  /** 0–1 of the bytes; undefined when nothing is sent. */
  readonly share: number | undefined;
  readonly onCancel: () => void;
}

/** How far the file is; after its last byte the API still checks every line. */
export function UploadProgress({ share, onCancel }: Props) {
  if (share === undefined) return null;
  return (
    <div class="upload-progress">
      <div class="upload-progress-head">
        <span role="status">{share < 1 ? "Sending the file" : "Checking every line"}</span>
        <span class="figure" aria-hidden="true">
          {share < 1 ? percentText(share) : ""}
        </span>
      </div>
      <Draught share={share} label="File sent" isMoving />
      <button type="button" class="button button-quiet button-small" onClick={onCancel}>
        Stop
      </button>
    </div>
  );
}
