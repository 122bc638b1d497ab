import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { connect, createServer } from "node:tls";
import { expect, test } from "vitest";
import { type Certificate, createAuthority } from "./internal-ca.ts";

async function handshake(server: Certificate, ca: string, servername: string): Promise<string> {
  const listener = createServer({ cert: server.certificate, key: server.key }, (socket) => socket.end());
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as { port: number };
  const client = connect({ host: "127.0.0.1", port, ca, servername });
  try {
    await once(client, "secureConnect");
    return "verified";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "failed";
  } finally {
    client.destroy();
    listener.close();
  }
}

test("a real TLS handshake verifies a server's certificate by its authority and name, and nothing else passes", async () => {
  const [authority, stranger] = await Promise.all([createAuthority("local"), createAuthority("local")]);
  const server = await authority.issue(["postgres", "localhost"]);
  expect(await handshake(server, authority.certificate, "postgres")).toBe("verified");
  expect(await handshake(server, stranger.certificate, "postgres")).not.toBe("verified");
  expect(await handshake(server, authority.certificate, "object-store")).toBe("ERR_TLS_CERT_ALTNAME_INVALID");
});

test("an authority lasts ten years, a server's certificate two", async () => {
  const authority = await createAuthority("local", new Date("2026-11-24T00:00:00Z"));
  const server = await authority.issue(["postgres"]);
  expect(new X509Certificate(authority.certificate).validToDate.getUTCFullYear()).toBe(2036);
  expect(new X509Certificate(server.certificate).validToDate.getUTCFullYear()).toBe(2028);
});
