import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { pausedUntilMs } from "../api/pause.ts";
import { Icon } from "../ui/icon.tsx";

/** Tells that the API asked for a pause and counts it down; the page goes on by itself. */
export function PauseBanner() {
  const leftSeconds = useSignal(0);
  const until = pausedUntilMs.value;
  useEffect(() => {
    const tick = () => {
      leftSeconds.value = Math.max(0, Math.ceil((until - Date.now()) / 1_000));
    };
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [until]);
  if (leftSeconds.value === 0) return null;
  return (
    <div class="notice notice-calm pause-banner" role="status">
      <Icon name="clock" />
      <p>
        The API asked for a short pause. The page goes on by itself{" "}
        <span aria-hidden="true">in {leftSeconds.value} s</span>.
      </p>
    </div>
  );
}
