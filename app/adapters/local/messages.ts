import type { TrainingParameters } from "../../core/parameters.ts";

/** What a training thread is given. */
export interface TrainingTask {
  readonly baseModel: string;
  readonly parameters: TrainingParameters;
  readonly train: string;
  readonly heldOut: string;
  readonly checkpoint: Uint8Array | undefined;
}

/** What it says. */
export type ThreadMessage =
  | { readonly type: "log"; readonly message: string }
  | { readonly type: "progress"; readonly fraction: number }
  | { readonly type: "checkpoint"; readonly data: Uint8Array }
  | { readonly type: "stopped"; readonly data: Uint8Array }
  | { readonly type: "done"; readonly file: Uint8Array; readonly metrics: Record<string, number> };

/** The only thing it is told: put the work away now. */
export const STOP = "stop";
