import { isIP } from "node:net";

/** Parsers of single environment values. Each returns the value or throws an Error that says what is expected. */

const DURATION_UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** `500ms`, `30s`, `5m` or `24h`, in milliseconds, between the bounds. */
export function duration(minMs: number, maxMs: number) {
  return (text: string): number => {
    const match = /^(\d{1,9})(ms|s|m|h)$/.exec(text);
    const ms = match ? Number(match[1]) * (DURATION_UNITS_MS[match[2] ?? ""] ?? Number.NaN) : Number.NaN;
    if (Number.isNaN(ms)) throw new Error(`must be a duration such as 30s, 5m or 24h (got ${quote(text)})`);
    if (ms < minMs || ms > maxMs) throw new Error(`must be from ${minMs} ms to ${maxMs} ms (got ${ms} ms)`);
    return ms;
  };
}

export function integer(min: number, max: number) {
  return (text: string): number => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= min && value <= max)) {
      throw new Error(`must be a whole number from ${min} to ${max} (got ${quote(text)})`);
    }
    return value;
  };
}

export function boolean(text: string): boolean {
  if (text !== "true" && text !== "false") throw new Error(`must be true or false (got ${quote(text)})`);
  return text === "true";
}

export function oneOf<const Values extends readonly string[]>(...values: Values) {
  return (text: string): Values[number] => {
    if (!values.includes(text)) throw new Error(`must be one of ${values.join(", ")} (got ${quote(text)})`);
    return text;
  };
}

export function text(value: string): string {
  return value;
}

/** Comma or newline separated; blanks are dropped. */
export function list(value: string): readonly string[] {
  return value
    .split(/[\n,]/)
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

/** Exact web origins, e.g. `https://app.example.com`: no path, no wildcard. */
export function origins(value: string): readonly string[] {
  const found = list(value);
  for (const item of found) {
    if (!URL.canParse(item) || new URL(item).origin !== item) {
      throw new Error(`must list origins such as https://app.example.com (got ${quote(item)})`);
    }
  }
  return found;
}

/** A URL with one of the protocols. The message never shows the value: it may hold a password. */
export function url(...protocols: readonly string[]) {
  return (value: string): string => {
    if (!URL.canParse(value) || !protocols.includes(new URL(value).protocol)) {
      throw new Error(`must be a URL starting with ${protocols.map((item) => `${item}//`).join(" or ")}`);
    }
    return value.replace(/\/$/, "");
  };
}

/** A connection URL whose password can be read. The message never shows the value. */
export function databaseUrl(value: string): string {
  const checked = url("postgres:", "postgresql:")(value);
  const { username, password } = new URL(checked);
  try {
    decodeURIComponent(username + password);
  } catch {
    throw new Error("must have a user and a password in which every % begins an escape such as %25");
  }
  return checked;
}

/** `host` or `host:port`, no protocol. */
export function hostAndPort(value: string): string {
  const match = /^[A-Za-z0-9.-]{1,253}(?::(\d{1,5}))?$/.exec(value);
  if (!match || Number(match[1] ?? 1) < 1 || Number(match[1] ?? 1) > 65_535) {
    throw new Error(`must be host or host:port, without a protocol (got ${quote(value)})`);
  }
  return value;
}

/** Name of a bucket, as S3 has them. */
export function bucket(value: string): string {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(value)) {
    throw new Error(
      `must be a bucket's name: 3 to 63 lower-case letters, digits, dots, hyphens (got ${quote(value)})`,
    );
  }
  return value;
}

const NAMED_NETWORKS = ["loopback", "linklocal", "uniquelocal"];

/** Addresses, subnets or named networks. */
export function networks(value: string): readonly string[] {
  const found = list(value);
  for (const item of found) {
    const [address = "", bits, ...rest] = item.split("/");
    const bitsMax = isIP(address) === 6 ? 128 : 32;
    const isSubnet = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax);
    if (NAMED_NETWORKS.includes(item) || (isIP(address) > 0 && isSubnet && rest.length === 0)) continue;
    throw new Error(
      `must list addresses, subnets such as 10.0.0.0/8, or ${NAMED_NETWORKS.join(", ")} (got ${quote(item)})`,
    );
  }
  return found;
}

/** At least one, each long enough not to be guessed. The message never shows a token. */
export function tokens(value: string): readonly string[] {
  const found = list(value);
  if (found.length === 0) throw new Error("must hold at least one token");
  if (found.some((token) => !/^[\x21-\x7e]{16,256}$/.test(token))) {
    throw new Error("each token must be 16 to 256 visible ASCII characters");
  }
  return found;
}

function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
