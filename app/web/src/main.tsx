import { render } from "preact";
import "./styles/styles.css";
import { App } from "./app.tsx";
import { restoreToken } from "./session/token.ts";
import { followLinks } from "./shell/location.ts";
import { startTheme } from "./shell/theme.ts";
import { startClock } from "./ui/moment.tsx";

startTheme();
restoreToken();
followLinks();
startClock();
const root = document.getElementById("app");
if (root) render(<App />, root);
