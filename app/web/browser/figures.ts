import type { Page } from "playwright-core";

/** What loading a page cost. */
export interface LoadFigures {
  readonly requests: number;
  /** Over the network, headers and all. */
  readonly transferredBytes: number;
  readonly firstContentfulPaintMs: number;
  readonly largestContentfulPaintMs: number;
  readonly cumulativeLayoutShift: number;
  readonly foreignRequests: number;
}

const READ = `new Promise((resolve) => {
  const seen = { largest: 0, shift: 0 };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.largest = entry.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) seen.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => {
    const loads = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    resolve({
      requests: loads.length,
      transferredBytes: loads.reduce((sum, { transferSize }) => sum + transferSize, 0),
      firstContentfulPaintMs: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0,
      largestContentfulPaintMs: seen.largest,
      cumulativeLayoutShift: seen.shift,
      foreignRequests: loads.filter(({ name }) => new URL(name).origin !== location.origin).length,
    });
  }, 200);
})`;

/** Reads the figures of the page that was just loaded. */
export function readLoadFigures(page: Page): Promise<LoadFigures> {
  return page.evaluate(READ);
}
