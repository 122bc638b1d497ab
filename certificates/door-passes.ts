import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, get } from "node:http";
import { text } from "node:stream/consumers";
import type { CertificatesConfig } from "./config.ts";

const TIMEOUT_MS = 5_000;

/**
 * Whether the door passes on what an authority will ask in a moment: asks it itself, from inside, and looks whether the
 * answer is this program's own. A door from before there were certificates, or none, does not.
 */
export async function doorPasses({
  door,
  domain,
  challengePort,
}: Pick<CertificatesConfig, "door" | "domain" | "challengePort">): Promise<boolean> {
  const word = randomBytes(16).toString("hex");
  const server = createServer((_question, answer) => answer.end(word)).listen(challengePort);
  await once(server, "listening");
  try {
    return (await ask(`http://${door}/.well-known/acme-challenge/${word}`, domain)) === word;
  } catch {
    return false;
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  }
}

function ask(url: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { headers: { host }, signal: AbortSignal.timeout(TIMEOUT_MS), agent: false };
    get(url, options, (answer) => text(answer).then(resolve, reject)).once("error", reject);
  });
}
