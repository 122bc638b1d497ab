import { Resolver } from "node:dns/promises";
import { expect, onTestFinished, test } from "vitest";
import { serveNames } from "./name-server.ts";

const LOOPBACK = "127.0.0.1";

async function nameServer(upstreamPort: number) {
  const upstream = { address: LOOPBACK, port: upstreamPort };
  const server = await serveNames({ address: LOOPBACK, port: 0, upstream });
  onTestFinished(server.stop);
  const resolver = new Resolver({ timeout: 500, tries: 2 });
  resolver.setServers([`${LOOPBACK}:${server.port}`]);
  return { ...server, resolver };
}

test("a name leads to the address that was entered for it, whatever its letters' case, and to no other kind", async () => {
  const { names, resolver } = await nameServer(9);
  names.set("app.boats.example", "10.231.4.2");
  expect(await resolver.resolve4("App.Boats.example")).toEqual(["10.231.4.2"]);
  await expect(resolver.resolve6("app.boats.example")).rejects.toMatchObject({ code: "ENODATA" });
});

test("every other name is asked of the server above", async () => {
  const above = await nameServer(9);
  const { resolver } = await nameServer(above.port);
  above.names.set("elsewhere.example", "192.0.2.7");
  expect(await resolver.resolve4("elsewhere.example")).toEqual(["192.0.2.7"]);
});
