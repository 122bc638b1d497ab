import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

const HEADER_BYTES = 12;
const TYPE_A = 1;
const TTL_SECONDS = 1;
const FORWARD_MS_MAX = 5_000;

export type NameServerOptions = {
  /** Where it listens; 0 picks a free port. */
  address: string;
  port?: number;
  /** Asked for all other names. */
  upstream: { address: string; port?: number };
};

/** A name server of the emulated internet. */
export type NameServer = {
  port: number;
  /** Addresses by names, as their owners enter them at their providers. */
  names: Map<string, string>;
  stop(): void;
};

/** Starts one, over UDP. */
export async function serveNames({ address, port = 53, upstream }: NameServerOptions): Promise<NameServer> {
  const names = new Map<string, string>();
  const socket = createSocket("udp4").bind(port, address);
  await once(socket, "listening");
  let isOpen = true;
  socket.on("message", (query, { address: host, port: from }) => {
    const answer = (text: Buffer) => void (isOpen && socket.send(text, from, host));
    const { name, type, end } = questionOf(query);
    const known = names.get(name);
    if (known === undefined) forward(query, upstream, answer);
    else answer(answerOf(query.subarray(0, end), type === TYPE_A ? known : undefined));
  });
  const stop = () => {
    isOpen = false;
    socket.close();
  };
  return { names, port: socket.address().port, stop };
}

/** The one question of a query, and where it ends. */
function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** An answer with the name's address; without any, to a question for something else. */
function answerOf(question: Buffer, address: string | undefined): Buffer {
  const header = Buffer.from(question);
  // An answer, recursion available; one question, and as many records as there are.
  header.writeUInt16BE(0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(address === undefined ? 0 : 1, 6);
  header.writeUInt32BE(0, 8);
  if (address === undefined) return header;
  const record = Buffer.alloc(12);
  // The name of the question, of type A in the internet.
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(TYPE_A, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(TTL_SECONDS, 6);
  record.writeUInt16BE(4, 10);
  return Buffer.concat([header, record, Buffer.from(address.split(".").map(Number))]);
}

function forward(
  query: Buffer,
  { address, port = 53 }: NameServerOptions["upstream"],
  answer: (text: Buffer) => void,
): void {
  const asking: Socket = createSocket("udp4");
  // Who asked tries again by itself.
  const timer = setTimeout(() => asking.close(), FORWARD_MS_MAX);
  const end = () => {
    clearTimeout(timer);
    asking.close();
  };
  asking.once("message", (text) => {
    end();
    answer(text);
  });
  asking.once("error", end);
  asking.send(query, port, address);
}
