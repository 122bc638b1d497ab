import { ApiError } from "./api-error.ts";
import type { Message } from "./api-messages.ts";

/** Someone the emulator knows. `key` is the legacy way (Basic), `token` the present one (Bearer). */
export interface Account {
  username: string;
  key?: string;
  token?: string;
}

/** The account of an Authorization header; 401 when it names none. */
export function authenticate(accounts: readonly Account[], header: string | undefined): Account {
  const found = accounts.find((account) => acceptedHeaders(account).includes(header ?? ""));
  if (!found) throw new ApiError(401, "Unauthenticated");
  return found;
}

/** `security.OAuthService/IntrospectToken`: whose token is it? */
export function introspectToken(accounts: readonly Account[], body: Message) {
  const account = accounts.find(({ token }) => token !== undefined && token === body.token);
  return account ? { active: true, username: account.username } : { active: false };
}

function acceptedHeaders({ username, key, token }: Account): string[] {
  return [
    ...(token ? [`Bearer ${token}`] : []),
    ...(key ? [`Basic ${Buffer.from(`${username}:${key}`).toString("base64")}`] : []),
  ];
}
