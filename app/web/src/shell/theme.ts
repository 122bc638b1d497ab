import { effect, signal } from "@preact/signals";

const KEY = "slipway.theme";
const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** The chosen theme; `system` follows the device. */
export const theme = signal<Theme>("system");

/** Takes up the choice of this device and keeps the document in step with it. */
export function startTheme(): void {
  const kept = localStorage.getItem(KEY) as Theme | null;
  if (kept && THEMES.includes(kept)) theme.value = kept;
  effect(() => {
    document.documentElement.dataset.theme = theme.value;
    localStorage.setItem(KEY, theme.value);
  });
}

/** The theme after this one, going round. */
export function nextTheme(current: Theme): Theme {
  return THEMES[(THEMES.indexOf(current) + 1) % THEMES.length] ?? "system";
}
