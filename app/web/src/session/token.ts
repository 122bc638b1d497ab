import { signal } from "@preact/signals";

const KEY = "slipway.token";

/** The API token, or undefined while nobody is signed in. */
export const token = signal<string | undefined>(undefined);
/** Why the token is asked for again. */
export const refusal = signal<string | undefined>(undefined);

/** Takes up a token that this tab or this device was told to remember. */
export function restoreToken(): void {
  token.value = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? undefined;
}

/** Keeps the token for this tab, or for this device when asked to. */
export function signIn(value: string, remember: boolean): void {
  sessionStorage.setItem(KEY, value);
  if (remember) localStorage.setItem(KEY, value);
  refusal.value = undefined;
  token.value = value;
}

/** Forgets the token everywhere; `because` is shown where it is asked for again. */
export function signOut(because?: string): void {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
  refusal.value = because;
  token.value = undefined;
}
