import { computed, signal } from "@preact/signals";
import { parseRoute } from "./route.ts";

/** Path and query of the page. */
export const address = signal({ path: location.pathname, search: location.search });
export const route = computed(() => parseRoute(address.value.path));

/** Goes to a path inside the page. */
export function navigate(to: string, options: { replace?: boolean } = {}): void {
  history[options.replace ? "replaceState" : "pushState"](null, "", to);
  address.value = { path: location.pathname, search: location.search };
}

/** Takes over clicks on links of this page and the browser's back and forward. */
export function followLinks(): void {
  addEventListener("popstate", () => {
    address.value = { path: location.pathname, search: location.search };
  });
  document.addEventListener("click", (event) => {
    if (event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
    if (link.hash) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
