import createClient from "openapi-fetch";
import type { components, paths } from "../../generated/api.d.ts";
import { signOut, token } from "../session/token.ts";
import { notePause } from "./pause.ts";
import { type ApiProblem, noAnswer, readProblem } from "./problem.ts";

type Schemas = components["schemas"];
export type Dataset = Schemas["Dataset"];
export type Job = Schemas["Job"];
export type JobStatus = Job["status"];
export type NewJob = Schemas["NewJob"];
export type LogEntry = Schemas["LogEntry"];
export type Model = Schemas["Model"];
export type Stats = Schemas["Stats"];
export type Health = Schemas["Health"];

/** The API's operations, typed from its OpenAPI document; sends the token. Throws nothing but network faults. */
export const api = createClient<paths>({ baseUrl: location.origin });

api.use({
  onRequest({ request }) {
    for (const [name, value] of Object.entries(tokenHeader())) request.headers.set(name, value);
  },
});

/** The header that lets a request in. */
export function tokenHeader(): Record<string, string> {
  const value = token.peek();
  return value ? { authorization: `Bearer ${value}` } : {};
}

interface Answer<Data> {
  readonly data?: Data;
  readonly error?: unknown;
  readonly response: Response;
}

/** The data of an answer. Throws an ApiProblem when it is an error or never came. */
export async function dataOf<Data>(answer: Promise<Answer<Data>>): Promise<NonNullable<Data>> {
  const { data, error, response } = await answer.catch((reason: unknown) => {
    throw reason instanceof DOMException ? reason : noAnswer();
  });
  if (response.ok) return (data ?? {}) as NonNullable<Data>;
  throw refused(readProblem(headOf(response), error));
}

/** Acts on what concerns the whole page (token refused, asked to wait) and hands the problem on. */
export function refused(problem: ApiProblem): ApiProblem {
  if (problem.status === 401)
    signOut("The API did not accept this token. It may have been changed or mistyped.");
  notePause(problem);
  return problem;
}

/** Status and headers in the shape `readProblem` takes. */
export function headOf(response: Response) {
  return { status: response.status, header: (name: string) => response.headers.get(name) };
}
