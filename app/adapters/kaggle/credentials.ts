import type { KaggleCredentials } from "./settings.ts";

/** The credentials of the environment's variables; the token wins. Undefined: Kaggle is not set up. */
export function kaggleCredentials(variables: {
  readonly KAGGLE_API_TOKEN?: string | undefined;
  readonly KAGGLE_USERNAME?: string | undefined;
  readonly KAGGLE_KEY?: string | undefined;
}): KaggleCredentials | undefined {
  const { KAGGLE_API_TOKEN: token, KAGGLE_USERNAME: username, KAGGLE_KEY: key } = variables;
  if (token) return { kind: "token", token };
  return username && key ? { kind: "key", username, key } : undefined;
}

/** The Authorization header. It is sent to the API's own host and nowhere else. */
export function authorizationHeader(credentials: KaggleCredentials): string {
  if (credentials.kind === "token") return `Bearer ${credentials.token}`;
  return `Basic ${Buffer.from(`${credentials.username}:${credentials.key}`).toString("base64")}`;
}

/** The variables an operator has to look at when Kaggle refuses the credentials. */
export function credentialVariables(credentials: KaggleCredentials): string {
  return credentials.kind === "token" ? "KAGGLE_API_TOKEN" : "KAGGLE_USERNAME and KAGGLE_KEY";
}

/** Text from outside without the secret, should it come back in an answer. */
export function withoutSecret(credentials: KaggleCredentials, text: string): string {
  return text.replaceAll(credentials.kind === "token" ? credentials.token : credentials.key, "[redacted]");
}
