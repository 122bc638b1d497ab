import { expect } from "vitest";
import { askSite, type ProdSite } from "./prod-site.ts";

const BACK_MS_MAX = 180_000;

async function health(site: ProdSite): Promise<{ status: number; services: string[] }> {
  const { status, text } = await askSite(site, "/api/v1/health");
  const { services } = JSON.parse(text) as { services: Record<string, { status: string }> };
  return { status, services: Object.values(services).map((service) => service.status) };
}

/** Waits until everything serves again, by itself. */
export async function siteBack(site: ProdSite): Promise<void> {
  const healthy = { status: 200, services: ["up", "up", "up", "up"] };
  await expect
    .poll(() => health(site).catch(String), { timeout: BACK_MS_MAX, interval: 2_000 })
    .toEqual(healthy);
}
