import { PermanentJobError } from "../../core/executor.ts";
import { type Access, callAgain } from "./run-context.ts";

/** The account's name: given with a legacy key, asked for with a token. */
export async function readOwner(run: Access): Promise<string> {
  const { credentials } = run.client;
  if (credentials.kind === "key") return credentials.username;
  const answer = await callAgain<{ active?: boolean; username?: string }>(
    run,
    "security.OAuthService/IntrospectToken",
    { token: credentials.token },
  );
  if (answer.active && answer.username) return answer.username;
  throw new PermanentJobError("Kaggle does not know the token in KAGGLE_API_TOKEN, or it has expired.");
}
