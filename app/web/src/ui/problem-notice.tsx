import type { ApiProblem } from "../api/problem.ts";
import { Icon } from "./icon.tsx";

interface Props {
  readonly problem: ApiProblem;
  readonly onRetry?: (() => void) | undefined;
}

/** Says what went wrong, with each fault, the request's id for support, and a way to try again. */
export function ProblemNotice({ problem, onRetry }: Props) {
  return (
    <div class="notice notice-bad" role="alert">
      <Icon name={problem.status === 429 ? "clock" : "warning"} />
      <div class="notice-body">
        <p class="notice-title">{titleOf(problem)}</p>
        <p>{detailOf(problem)}</p>
        {problem.faults.length > 0 && (
          <ul class="fault-list">
            {problem.faults.map(({ path, message }) => (
              <li key={`${path} ${message}`}>
                <strong>{faultName(path)}</strong> {message}
              </li>
            ))}
          </ul>
        )}
        {problem.requestId && problem.status >= 500 && <p class="faint">Request {problem.requestId}</p>}
      </div>
      {onRetry && (
        <button type="button" class="button button-quiet" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

function titleOf({ status, title }: ApiProblem): string {
  if (status === 429) return "A short pause";
  if (status === 404) return "Not here";
  if (status === 422) return "This will not do";
  return status === 503 ? "Not available just now" : title;
}

function detailOf({ status, message, retryAfterSeconds }: ApiProblem): string {
  if (status !== 429) return message;
  return `Many requests came from your address in a short time. You can go on in ${retryAfterSeconds ?? 5} seconds.`;
}

/** `body/name` is for programs, `name` is for people. */
export function faultName(path: string): string {
  return (path.split("/").at(-1) || path).replaceAll("_", " ");
}
