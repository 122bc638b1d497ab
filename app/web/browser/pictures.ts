import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { accessibilityFaults, overflowPx } from "./audit.ts";

const FOLDER = fileURLToPath(new URL("../../../artifacts/web/", import.meta.url));
const LOOKS = [
  { width: 1440, height: 900, colorScheme: "light" },
  { width: 1440, height: 900, colorScheme: "dark" },
  { width: 360, height: 780, colorScheme: "light" },
  { width: 360, height: 780, colorScheme: "dark" },
] as const;

/** What is wrong with how a page looks: axe's faults, and being wider than its window. */
export interface Look {
  readonly picture: string;
  readonly faults: readonly string[];
  readonly overflowPx: number;
}

/** Takes a picture at each size and in each colour scheme, and looks for faults there. */
export async function takePictures(page: Page, name: string): Promise<Look[]> {
  mkdirSync(FOLDER, { recursive: true });
  const looks: Look[] = [];
  for (const { width, height, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate("document.fonts.ready");
    const picture = `${name}-${width}-${colorScheme}.png`;
    await page.screenshot({ path: FOLDER + picture, fullPage: true });
    looks.push({ picture, faults: await accessibilityFaults(page), overflowPx: await overflowPx(page) });
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  return looks;
}

/** Those looks that have a fault. */
export function faulty(looks: readonly Look[]): Look[] {
  return looks.filter(({ faults, overflowPx }) => faults.length > 0 || overflowPx > 0);
}
