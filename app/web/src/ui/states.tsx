import type { ComponentChildren } from "preact";
import type { Query } from "../api/query.ts";
import { Icon, type IconName } from "./icon.tsx";
import { ProblemNotice } from "./problem-notice.tsx";

interface LoadedProps<Data> {
  readonly query: Query<Data>;
  readonly what: string;
  readonly children: (data: Data) => ComponentChildren;
}

/** Shows data, or that it is on its way, or why it is not; old data stays below the fault of a later try. */
export function Loaded<Data>({ query, what, children }: LoadedProps<Data>) {
  const { data, problem, refresh } = query;
  return (
    <>
      {problem && <ProblemNotice problem={problem} onRetry={refresh} />}
      {data === undefined && !problem && <Loading what={what} />}
      {data !== undefined && children(data)}
    </>
  );
}

/** Grey lines where the content will be. */
export function Loading({ what }: { what: string }) {
  return (
    <div class="loading" role="status">
      <span class="sr-only">Loading {what}</span>
      <span class="loading-line" />
      <span class="loading-line" />
      <span class="loading-line" />
    </div>
  );
}

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Nothing is here yet: says so and offers the next step. */
export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children}
    </div>
  );
}
