import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { headOf } from "../api/client.ts";
import { ApiProblem, readProblem, toProblem } from "../api/problem.ts";
import { Wordmark } from "../shell/wordmark.tsx";
import { useAction } from "../ui/action.ts";
import { Field } from "../ui/field.tsx";
import { ProblemNotice } from "../ui/problem-notice.tsx";
import { refusal, signIn } from "./token.ts";

/** Asks for the API token once, and tries it before it is kept. */
export function TokenGate() {
  const value = useSignal("");
  const remember = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const { isBusy, problem, run } = useAction();
  useEffect(() => {
    document.title = "Sign in · Slipway";
    input.current?.focus();
  }, []);
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const token = value.peek().trim();
      await tryToken(token);
      signIn(token, remember.peek());
    }).finally(() => input.current?.focus());
  };
  const isRefused = problem?.status === 401;
  const fault = isRefused
    ? "The API does not know this token. Check that you copied all of it."
    : refusal.value;
  return (
    <main class="gate">
      <form class="gate-form" onSubmit={submit}>
        <Wordmark />
        <h1>Datasets in, models out.</h1>
        <p class="lead">Enter the API token of this stack to manage its fine-tuning jobs.</p>
        <Field label="API token" fault={fault} hint={<TokenHint />}>
          {(control) => (
            <input
              {...control}
              ref={input}
              type="password"
              autocomplete="current-password"
              spellcheck={false}
              required
              value={value}
              onInput={({ currentTarget }) => {
                value.value = currentTarget.value;
              }}
            />
          )}
        </Field>
        <label class="check">
          <input
            type="checkbox"
            checked={remember}
            onChange={({ currentTarget }) => {
              remember.value = currentTarget.checked;
            }}
          />
          Remember on this device
        </label>
        {problem && !isRefused && <ProblemNotice problem={problem} />}
        <button type="submit" class="button button-main" disabled={isBusy}>
          {isBusy ? "Checking …" : "Continue"}
        </button>
        <div class="sr-only" role="alert">
          {fault}
        </div>
      </form>
    </main>
  );
}

function TokenHint() {
  return (
    <>
      <code>npm run up</code> prints it at its end.
    </>
  );
}

async function tryToken(token: string): Promise<void> {
  const headers = headersWith(token);
  const response = await fetch("/api/v1/jobs?limit=1", { headers, cache: "no-store" }).catch(
    (error: unknown) => {
      throw toProblem(error);
    },
  );
  if (!response.ok) throw readProblem(headOf(response), await response.json().catch(() => undefined));
}

function headersWith(token: string): Headers {
  try {
    return new Headers({ authorization: `Bearer ${token}` });
  } catch {
    throw new ApiProblem(401, "Unauthorized", "The token holds characters that no token has.");
  }
}
