import { Icon } from "../ui/icon.tsx";
import { announce } from "./announce.ts";
import { nextTheme, theme } from "./theme.ts";

const ICONS = { system: "system", light: "sun", dark: "moon" } as const;

/** Goes round between the device's colours, light and dark. */
export function ThemeButton() {
  const change = () => {
    theme.value = nextTheme(theme.peek());
    announce(`Colours: ${theme.peek()}`);
  };
  return (
    <button type="button" class="tool" onClick={change} title="Change colours">
      <Icon name={ICONS[theme.value]} />
      <span>
        <span class="sr-only">Colours: </span>
        {theme.value === "system" ? "Auto" : theme.value === "light" ? "Light" : "Dark"}
      </span>
    </button>
  );
}
